import type { Logger } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { AlipayClient } from '../alipay/client.ts'
import type { AlipayInput } from './alipay-result.ts'
import { type DueAttempt, takeDueAttempts } from './attempt-store.ts'
import type { RecordAlipayResult } from './record-alipay-result.ts'

/** Attempts closed at the same time. Alipay limits how often an app may call; a few dozen in flight stay well below. */
const concurrencyMax = 32
/** What may pass between taking an attempt and keeping its outcome, besides Alipay's own time, s. */
const leaseSlackS = 30

export interface AttemptCloser {
  /** Closes everything that is due, batch by batch. Calls that come meanwhile share the run, which then looks once more. */
  runDue(): Promise<void>
  /** Ends what is being closed and takes no more. */
  close(): Promise<void>
}

/**
 * Closes attempts at Alipay: take them (committed), call Alipay, keep what it said (committed). An attempt whose
 * outcome stays unknown is due again later, for ever: the order's stock is held until it is clear that no money can come.
 * `schedule` is told when that is. Replicas share the work.
 */
export function createAttemptCloser(options: {
  db: Db
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
  alipayTimeoutMs: number
  schedule: (dueAt: Date) => void
  logger: Logger
}): AttemptCloser {
  const { db, alipay, recordAlipayResult, schedule, logger } = options
  // Two calls may be made for one attempt, each with its own time-out.
  const leaseS = (2 * options.alipayTimeoutMs) / 1000 + leaseSlackS
  let running: Promise<void> | undefined
  let lookAgain = false
  let stopped = false

  async function closeOne(due: DueAttempt): Promise<void> {
    const { outTradeNo } = due
    try {
      const call = { what: 'close', cause: 'no money may come any more' } as const
      const decision = await recordAlipayResult({ outTradeNo, input: await closeAtAlipay(alipay, due, logger), call })
      if (decision.outcome === 'rejected') {
        logger.error(
          { outTradeNo, reason: decision.reason },
          'what Alipay says about a closed payment can not be right',
        )
      } else if (decision.outcome === 'changed' && decision.as === 'retried_later') {
        const attempt = decision.payment.attempts.find(one => one.outTradeNo === outTradeNo)
        if (attempt?.status === 'OPENED' && attempt.nextCloseAt) schedule(attempt.nextCloseAt)
      }
    } catch (error) {
      logger.warn({ err: error, outTradeNo }, 'the outcome of a close could not be kept; it is due again soon')
    }
  }

  async function closeAllDue(): Promise<void> {
    while (!stopped) {
      const due = await takeDueAttempts(db, { limit: concurrencyMax, leaseS })
      await Promise.all(due.map(closeOne))
      if (due.length < concurrencyMax) return
    }
  }

  async function run(): Promise<void> {
    try {
      while (lookAgain && !stopped) {
        lookAgain = false
        await closeAllDue()
      }
    } finally {
      running = undefined
    }
  }

  return {
    runDue() {
      lookAgain = true
      running ??= run()
      return running
    },
    async close() {
      stopped = true
      await running?.catch(() => {})
    },
  }
}

/** Makes sure that no money can come for an attempt, or learns that it has: close, and query where that is unclear. */
async function closeAtAlipay(
  alipay: AlipayClient,
  { outTradeNo, takenAt }: DueAttempt,
  logger: Logger,
): Promise<AlipayInput> {
  const close = await alipay.close(outTradeNo)
  if (close.outcome === 'closed') return { type: 'closedAtAlipay', outTradeNo }
  if (close.outcome === 'no_trade') return { type: 'noTradeAtAlipay', outTradeNo, at: takenAt }
  // Refused (paid, most likely) or unanswered: it may be closed all the same.
  const query = await alipay.query(outTradeNo)
  switch (query.outcome) {
    case 'paid':
      return { type: 'paid', trade: query.trade, source: 'close' }
    case 'closed':
      return { type: 'closedAtAlipay', outTradeNo }
    case 'no_trade':
      return { type: 'noTradeAtAlipay', outTradeNo, at: takenAt }
    case 'waiting':
      logger.warn({ outTradeNo, reason: close.detail }, 'Alipay did not close a payment; trying again')
      return { type: 'outcomeUnknown', outTradeNo, at: takenAt }
    case 'unknown':
      logger.warn({ outTradeNo, reason: query.detail }, 'closing a payment is unclear; trying again')
      return { type: 'outcomeUnknown', outTradeNo, at: takenAt }
  }
}
