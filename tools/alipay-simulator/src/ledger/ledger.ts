import { join } from 'node:path'
import { type Attempt, type Notify, nextAttemptAt } from '../notify.ts'
import { expireIfDue, type PaymentRequest, type Trade } from '../trade.ts'
import { openJournal, readJournal, rewriteJournal } from './journal.ts'

/** An order code that was made, and what it pays. */
export interface OrderCode {
  readonly qrCode: string
  readonly request: PaymentRequest
  /** Ms since 1970. */
  readonly madeAt: number
}

/** A change. Applying it twice has the effect of applying it once. */
interface Entry {
  readonly code?: OrderCode
  readonly trade?: Trade
  readonly notify?: Notify
  /** One more delivery of a notify. Its index makes a repetition harmless. */
  readonly delivery?: { readonly notifyId: string; readonly index: number; readonly attempt: Attempt }
}

export interface Ledger {
  /** By out_trade_no. An unpaid trade that has expired is returned as closed. */
  trade(outTradeNo: string): Trade | undefined
  tradeByTradeNo(tradeNo: string): Trade | undefined
  /** Every trade in the order of opening, including those that are added meanwhile. */
  trades(): Iterable<Trade>
  /** Up to `limit` trades whose out_trade_no comes after `after`, in that order (by code unit). */
  page(after: string | undefined, limit: number): Trade[]
  notify(notifyId: string): Notify | undefined
  notifiesOf(outTradeNo: string): Notify[]
  /** Every notify with further deliveries due. */
  unfinishedNotifies(): Notify[]
  /** Saves a trade and its notify together: after a crash both exist or neither. */
  save(trade: Trade, notify?: Notify): void
  saveAttempt(notifyId: string, attempt: Attempt): Notify
  saveCode(code: OrderCode): void
  code(qrCode: string): OrderCode | undefined
  /** The newest code of an out_trade_no. */
  codeOf(outTradeNo: string): OrderCode | undefined
  /** Resolves when all saved changes are on disk. No response may be sent before. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Opens or creates the ledger in `dataDir`, and compacts what earlier runs wrote. `now` returns ms since 1970. */
export async function openLedger(dataDir: string, now: () => number): Promise<Ledger> {
  const file = join(dataDir, 'ledger.jsonl')
  const trades = new Map<string, Trade>()
  const outTradeNos = new Map<string, string>()
  const notifies = new Map<string, Notify>()
  const notifyIds = new Map<string, string[]>()
  const codes = new Map<string, OrderCode>()
  const newestCodes = new Map<string, OrderCode>()

  /** All out_trade_nos in order. Trades are never deleted, so the list is current while its length is. */
  let sorted: string[] = []

  function apply({ trade, notify, delivery, code }: Entry): void {
    if (code) {
      codes.set(code.qrCode, code)
      newestCodes.set(code.request.outTradeNo, code)
    }
    if (delivery) {
      const { notifyId, index, attempt } = delivery
      const kept = notifies.get(notifyId)!
      notifies.set(notifyId, { ...kept, attempts: [...kept.attempts.slice(0, index), attempt] })
    }
    if (trade) {
      trades.set(trade.outTradeNo, trade)
      outTradeNos.set(trade.tradeNo, trade.outTradeNo)
    }
    if (!notify) return
    if (!notifies.has(notify.notifyId)) {
      const ids = notifyIds.get(notify.outTradeNo)
      if (ids) ids.push(notify.notifyId)
      else notifyIds.set(notify.outTradeNo, [notify.notifyId])
    }
    notifies.set(notify.notifyId, notify)
  }

  for (const entry of await readJournal(file)) apply(entry as Entry)
  await rewriteJournal(file, snapshot(trades, notifies, codes))
  const journal = await openJournal(file)

  function record(entry: Entry): void {
    apply(entry)
    journal.append(JSON.stringify(entry))
  }

  function trade(outTradeNo: string): Trade | undefined {
    const kept = trades.get(outTradeNo)
    if (!kept) return undefined
    const current = expireIfDue(kept, now())
    if (current !== kept) record({ trade: current })
    return current
  }

  return {
    trade,
    tradeByTradeNo: tradeNo => {
      const outTradeNo = outTradeNos.get(tradeNo)
      return outTradeNo === undefined ? undefined : trade(outTradeNo)
    },
    trades: () => trades.values(),
    page(after, limit) {
      if (sorted.length !== trades.size) sorted = [...trades.keys()].sort()
      const from = after === undefined ? 0 : firstAfter(sorted, after)
      return sorted.slice(from, from + limit).map(outTradeNo => trade(outTradeNo)!)
    },
    notify: notifyId => notifies.get(notifyId),
    notifiesOf: outTradeNo => (notifyIds.get(outTradeNo) ?? []).map(id => notifies.get(id)!),
    unfinishedNotifies: () => [...notifies.values()].filter(notify => nextAttemptAt(notify, 1) !== undefined),
    save: (trade, notify) => record(notify ? { trade, notify } : { trade }),
    saveAttempt(notifyId, attempt) {
      record({ delivery: { notifyId, index: notifies.get(notifyId)!.attempts.length, attempt } })
      return notifies.get(notifyId)!
    },
    saveCode: code => record({ code }),
    code: qrCode => codes.get(qrCode),
    codeOf: outTradeNo => newestCodes.get(outTradeNo),
    settled: journal.settled,
    close: journal.close,
  }
}

/** The index of the first greater text in a sorted list. */
function firstAfter(sorted: readonly string[], after: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= after) low = middle + 1
    else high = middle
  }
  return low
}

function* snapshot(
  trades: Map<string, Trade>,
  notifies: Map<string, Notify>,
  codes: Map<string, OrderCode>,
): Generator<Entry> {
  for (const trade of trades.values()) yield { trade }
  for (const notify of notifies.values()) yield { notify }
  for (const code of codes.values()) yield { code }
}
