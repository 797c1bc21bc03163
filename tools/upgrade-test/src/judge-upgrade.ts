import { describeEnd, type ProcessEnd } from '@alipay-checkout/launcher'

/** What clients and processes saw of the versions beside each other. */
export interface Seen {
  /** Attempts that failed and were repeated, by reason as the retrying client describes it. */
  failedTries: Readonly<Record<string, number>>
  /** Final refusals, by reason. */
  refused: Readonly<Record<string, number>>
  /** Ends of replicas, with their cause. */
  ends: readonly { replica: string; why: string; end: ProcessEnd }[]
}

/** What a state of the order or of the stock may answer to a correct request. */
const statusesOfState = new Set(['409'])

/**
 * Finds what shows that two versions do not fit, beside the promises: an answer 500, which no outage gives and which a retry
 * heals by luck; a refusal of a request that is always correct; a process that ended without a signal. Pure.
 *
 * @returns a sentence for each
 */
export function judgeUpgrade({ failedTries, refused, ends }: Seen): string[] {
  const wrongTries = Object.entries(failedTries).filter(([reason]) => statusOf(reason) === '500')
  const wrongRefusals = Object.entries(refused).filter(([reason]) => {
    const status = statusOf(reason)
    return /^[45]\d\d$/.test(status) && !statusesOfState.has(status)
  })
  return [
    ...wrongTries.map(([reason, count]) => `${count} requests were answered ${reason}`),
    ...wrongRefusals.map(([reason, count]) => `${count} correct requests were refused: ${reason}`),
    ...ends
      .filter(({ why }) => why === 'by itself')
      .map(({ replica, end }) => `${replica} ended by itself with ${describeEnd(end)}`),
  ]
}

const statusOf = (reason: string): string => reason.split(' ', 1)[0] ?? ''
