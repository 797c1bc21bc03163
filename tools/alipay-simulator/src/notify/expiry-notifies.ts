import type { Ledger } from '../ledger/ledger.ts'
import { closedNotify, newNotifyId } from '../notify.ts'
import { termsOf } from '../products.ts'
import type { Parameters } from '../rsa.ts'
import type { Trade } from '../trade.ts'
import type { Notifier } from './notifier.ts'

export interface ExpiryNotifyOptions {
  readonly ledger: Ledger
  readonly notifier: Notifier
  readonly furtherFields: () => Parameters
  readonly now: () => number
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal
}

/**
 * Notifies that an unpaid trade has expired, for the products whose end Alipay notifies. Returns what watches a trade;
 * those that wait in the ledger are watched at once.
 */
export function createExpiryNotifies(options: ExpiryNotifyOptions): (trade: Trade) => void {
  const { ledger, notifier, now, closing } = options
  const timers = new Set<NodeJS.Timeout>()
  closing.addEventListener('abort', () => {
    for (const timer of timers) clearTimeout(timer)
  })

  function watch(trade: Trade): void {
    const { outTradeNo, expiresAt, state } = trade
    const isDue = termsOf(trade).notifiesEnd && state.status === 'WAIT_BUYER_PAY'
    if (!isDue || closing.aborted) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        notifyExpired(outTradeNo)
      },
      Math.max(0, expiresAt - now()),
    )
    timers.add(timer.unref())
  }

  function notifyExpired(outTradeNo: string): void {
    const trade = ledger.trade(outTradeNo)
    // A timer may be early, and the clock may have been set back.
    if (trade?.state.status === 'WAIT_BUYER_PAY') watch(trade)
    if (trade?.state.status !== 'TRADE_CLOSED' || trade.state.reason !== 'expired') return
    const notify = closedNotify(trade, newNotifyId(now()), now(), options.furtherFields)
    ledger.save(trade, notify)
    // When the disk refuses, every later call of the ledger fails too and says so.
    if (notify)
      ledger.settled().then(
        () => notifier.enqueue(notify),
        () => {},
      )
  }

  for (const trade of ledger.trades()) watch(trade)
  return watch
}
