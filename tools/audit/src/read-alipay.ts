import type { AlipayBook } from './facts.ts'

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
 * What Alipay knows of each order, by order id; a trade that is not of our numbering stands under its own number. Only
 * paid trades: nothing is owed for the others.
 *
 * @param simulatorUrl of the simulator, whose ledger comes sorted by trade number, so that an order's trades are neighbours
 * @throws Error when the ledger can't be read
 */
export async function* readAlipay(simulatorUrl: string): AsyncGenerator<AlipayBook> {
  let book: AlipayBook | undefined
  for await (const trade of readLedger(simulatorUrl)) {
    const key = ourNumber.exec(trade.outTradeNo)?.[1] ?? trade.outTradeNo
    if (trade.paidAt === undefined) continue
    if (book && book.key !== key) yield book
    if (book?.key !== key) book = { key, trades: [], changedAtMs: 0 }
    book.trades.push({
      outTradeNo: trade.outTradeNo,
      tradeNo: trade.tradeNo,
      amountFen: trade.totalFen,
      refunds: trade.refunds.map(({ outRequestNo, amountFen }) => ({ refundId: outRequestNo, amountFen })),
    })
    const moments = [trade.paidAt, ...trade.refunds.map(({ at }) => at)].map(at => Date.parse(at))
    book.changedAtMs = Math.max(book.changedAtMs, ...moments)
  }
  if (book) yield book
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
