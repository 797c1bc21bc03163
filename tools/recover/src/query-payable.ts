import type { Ledgers } from './ledgers.ts'
import { type LostTime, payableOrders } from './lost-time.ts'
import type { Services } from './services.ts'
import { noteUnclear } from './unclear.ts'

/** What Alipay was queried about although no service had it as paid. */
export interface Payable extends LostTime {
  /** Attempts that were queried. */
  queried: number
  /** Those whose payment was found and recorded. */
  paid: string[]
}

/** Orders whose attempts are queried in one request: few, so that an interruption is quick. */
const pageSize = 20
const progressEveryMs = 5_000

/**
 * Queries Alipay about every attempt of an unpaid or closed order that could be paid in the lost time, at the pace that
 * payment-service allows. An attempt about which Alipay has answered since is left out, so that it can be interrupted
 * and repeated. What there is to query is logged before the first query.
 *
 * @param unclear the attempts without a clear answer so far: those that are queried leave it or stay in it
 */
export async function queryPayable(
  lost: LostTime,
  {
    ledgers,
    services,
    unclear,
    signal,
    log,
  }: {
    ledgers: Ledgers
    services: Services
    unclear: Set<string>
    signal: AbortSignal
    log: (line: string) => void
  },
): Promise<Payable> {
  const result: Payable = { ...lost, queried: 0, paid: [] }
  const range = { ...payableOrders(lost, await ledgers.readTtlMs()), queriedSince: lost.until }
  const total = await ledgers.countPayable(range)
  log(`payable from ${lost.since.toISOString()} to ${lost.until.toISOString()}, attempts to query at Alipay: ${total}`)
  const report = () =>
    log(`payable in the lost time: ${result.queried} of ${total} attempts queried, ${result.paid.length} were paid`)
  let reportedAtMs = performance.now()
  for (let next: string | undefined = range.from; next !== undefined; ) {
    signal.throwIfAborted()
    const page = await ledgers.readPayable({ ...range, from: next }, pageSize)
    if (page.outTradeNos.length > 0) {
      const answer = await services.queryAttempts(page.outTradeNos)
      result.queried += page.outTradeNos.length
      result.paid.push(...answer.paid)
      noteUnclear(unclear, { queried: page.outTradeNos, unclear: answer.unclear })
    }
    if (performance.now() - reportedAtMs > progressEveryMs) {
      report()
      reportedAtMs = performance.now()
    }
    next = page.next
  }
  report()
  return result
}
