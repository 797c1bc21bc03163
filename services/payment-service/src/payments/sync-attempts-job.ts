import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { AlipayClient } from '../alipay/client.ts'
import { type AttemptToAsk, stopWatching, takeAttemptsToAsk } from './attempt-store.ts'
import { recordQueryAnswer } from './query-payment.ts'
import type { RecordAlipayResult } from './record-alipay-result.ts'

/** Questions in flight at the same time. */
const concurrencyMax = 16

export interface AttemptAsker {
  /** Asks about everything that is due, batch by batch. */
  runDue(): Promise<void>
  close(): Promise<void>
}

/**
 * Asks Alipay about open attempts instead of waiting for notifies: a lost one costs seconds. Taking an attempt sets when
 * it is asked about next, so that an unpaid one needs no second statement, and one taken by a process that died comes
 * again by itself. A cancelled order's link that nobody had used is watched until it is dead. At most `askPerSecondMax` questions a second: Alipay limits an app's calls, and closing and refunds
 * need theirs. Replicas share the work, each with its own limit. `schedule` is told when to look again.
 */
export function createAttemptSyncer(options: {
  db: Db
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
  askPerSecondMax: number
  schedule: (dueAt: Date) => void
  logger: Logger
}): AttemptAsker {
  const { db, alipay, recordAlipayResult, askPerSecondMax, schedule, logger } = options
  const stop = new AbortController()
  let running: Promise<void> | undefined

  /** Resolves to whether nothing can come of it any more. */
  async function askOne({ outTradeNo, link }: AttemptToAsk): Promise<boolean> {
    try {
      const answer = await alipay.query(outTradeNo, 'sync')
      if (answer.outcome === 'unknown') {
        const level = answer.unverified ? 'warn' : 'debug'
        logger[level]({ outTradeNo, reason: answer.detail }, 'asking about a payment gave no answer; asked again later')
        return false
      }
      const standing = await recordQueryAnswer(outTradeNo, answer, { recordAlipayResult, cause: 'no notify had come' })
      // Somebody is at the cashier of an order that is over. The next question tells what became of this.
      if (standing === 'payable' && link !== 'open') await alipay.close(outTradeNo)
      return standing === 'closed' || (standing === 'no_trade' && link === 'dead')
    } catch (error) {
      logger.warn({ err: error, outTradeNo }, 'the answer about a payment could not be kept; it is asked about again')
      return false
    }
  }

  async function run(): Promise<void> {
    const limit = Math.min(concurrencyMax, askPerSecondMax)
    while (!stop.signal.aborted) {
      const startedAt = performance.now()
      const taken = await takeAttemptsToAsk(db, limit)
      for (const { nextSyncAt } of taken) schedule(nextSyncAt)
      const over = await Promise.all(taken.map(askOne))
      const watched = taken.filter(({ link }, index) => link !== 'open' && over[index])
      await stopWatching(
        db,
        watched.map(({ outTradeNo }) => outTradeNo),
      )
      if (taken.length < limit) return
      const leastMs = (limit / askPerSecondMax) * 1000
      const restMs = Math.max(0, leastMs - (performance.now() - startedAt))
      await delay(restMs, undefined, { signal: stop.signal }).catch(() => {})
    }
  }

  return {
    runDue() {
      running ??= run().finally(() => {
        running = undefined
      })
      return running
    },
    async close() {
      stop.abort()
      await running?.catch(() => {})
    },
  }
}
