import type { SimulatedNotify } from '@alipay-checkout/test-support'
import type { PromiseScores } from './scores.ts'

/** Faults that change a notify's content or its signature. */
const forgeries = new Set(['amount', 'seller', 'app', 'order', 'bad_sign', 'no_sign', 'sha1', 'duplicate_parameter'])

/**
 * Checks that every notify that was answered `success` is stored (11) and not a forgery (12). Pure.
 *
 * @param storedIds of the notifies in payment-service's database
 */
export function judgeNotifies(
  notifies: readonly Pick<SimulatedNotify, 'notifyId' | 'outTradeNo' | 'attempts'>[],
  storedIds: ReadonlySet<string>,
  scores: PromiseScores,
): void {
  for (const { notifyId, outTradeNo, attempts } of notifies) {
    for (const { answer, fault } of attempts) {
      const isSuccess = answer === 'success'
      if (fault !== undefined && forgeries.has(fault)) {
        scores.checked(12, 'forged or spoiled notifies', 1)
        if (isSuccess) scores.broken(12, outTradeNo, `a notify with ${fault} was answered success (${notifyId})`)
      } else if (isSuccess) {
        scores.checked(11, 'answers success', 1)
        if (!storedIds.has(notifyId))
          scores.broken(11, outTradeNo, `${notifyId} was answered success and is not stored`)
      }
    }
  }
}
