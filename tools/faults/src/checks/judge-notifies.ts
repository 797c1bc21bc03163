import type { Scores } from './scores.ts'

/** A notify as the simulator tells of it. */
export interface ToldNotify {
  notifyId: string
  outTradeNo: string
  attempts: { outcome: string; answer?: string; fault?: string }[]
}

/** Deliveries that say something else than what Alipay did, or that anybody could have sent. */
const forgeries = new Set(['amount', 'seller', 'app', 'order', 'bad_sign', 'no_sign', 'sha1', 'duplicate_parameter'])

/**
 * Every `success` against the books: it was said of a notify that is kept there, with its money (11), and never of a
 * forgery (12). Pure.
 *
 * @param kept ids of notifies that payment-service has and that it did not refuse
 */
export function judgeNotifies(notifies: readonly ToldNotify[], kept: ReadonlySet<string>, scores: Scores): void {
  for (const { notifyId, outTradeNo, attempts } of notifies) {
    for (const { answer, fault } of attempts) {
      const isSuccess = answer === 'success'
      if (fault !== undefined && forgeries.has(fault)) {
        scores.looked(12, 'forged or spoiled notifies', 1)
        if (isSuccess) scores.broke(12, outTradeNo, `a notify with ${fault} was answered success (${notifyId})`)
      } else if (isSuccess) {
        scores.looked(11, 'answers success', 1)
        if (!kept.has(notifyId))
          scores.broke(11, outTradeNo, `${notifyId} was answered success, and is not in the books`)
      }
    }
  }
}
