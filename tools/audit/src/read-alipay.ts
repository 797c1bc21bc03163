import type { AlipayRow } from './ledger-rows.ts'

/** A paid trade as the simulator's `GET /simulator/ledger` lists it, by our number. */
interface LedgerTrade {
  outTradeNo: string
  tradeNo: string
  totalFen: number
  /** ISO 8601; none where the buyer never paid. */
  paidAt?: string
  refunds: { outRequestNo: string; amountFen: number; at: string }[]
}

interface LedgerPage {
  items: LedgerTrade[]
  /** The number to go on after. */
  next: string | null
}

const pageSize = 1_000
const answerTimeoutMs = 30_000

/** Our trade numbers: an order's id, with `_2`, `_3` for its further attempts. */
const ourNumber = /^(ord_[0-9a-f]{32})(?:_\d+)?$/

/**
 * The paid trades of each order at Alipay, by order id; a trade with a foreign number stands under that number.
 *
 * @param simulatorUrl of the simulator, whose ledger comes sorted by trade number, so that an order's trades are neighbours
 * @throws Error when the ledger can't be read
 */
export async function* readAlipay(simulatorUrl: string): AsyncGenerator<AlipayRow> {
  let row: AlipayRow | undefined
  for await (const trade of readLedger(simulatorUrl)) {
    const key = ourNumber.exec(trade.outTradeNo)?.[1] ?? trade.outTradeNo
    if (trade.paidAt === undefined) continue
    if (row && row.key !== key) yield row
    if (row?.key !== key) row = { key, trades: [], changedAtMs: 0 }
    row.trades.push({
      outTradeNo: trade.outTradeNo,
      tradeNo: trade.tradeNo,
      amountFen: trade.totalFen,
      refunds: trade.refunds.map(({ outRequestNo, amountFen }) => ({ refundId: outRequestNo, amountFen })),
    })
    const times = [trade.paidAt, ...trade.refunds.map(({ at }) => at)].map(at => Date.parse(at))
    row.changedAtMs = Math.max(row.changedAtMs, ...times)
  }
  if (row) yield row
}

async function* readLedger(simulatorUrl: string): AsyncGenerator<LedgerTrade> {
  for (let after: string | null = ''; after !== null; ) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(after ? { after } : {}) })
    const page: LedgerPage = await readPage(`${simulatorUrl}/simulator/ledger?${query}`)
    yield* page.items
    after = page.next
  }
}

async function readPage(url: string): Promise<LedgerPage> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) })
  if (!answer.ok) throw new Error(`the simulator's ledger answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as LedgerPage
}
