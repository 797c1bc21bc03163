import { describeEnd } from '@alipay-checkout/launcher'
import type { LeaderAbsence } from '../faults/context.ts'
import type { Shutdown } from '../system/replica.ts'
import type { PromiseScores } from './scores.ts'

/** Another replica publishes within 15 s; the rest is for a busy machine, s. */
const publishedWithinS = 15 + 7

/** Checks that another replica published while the publishing one was unavailable (7). Pure. */
export function judgeAbsences(absences: readonly LeaderAbsence[], scores: PromiseScores): void {
  scores.checked(7, 'absences of the publishing replica', absences.filter(({ reads }) => reads > 0).length)
  for (const { service, what, longestWaitS } of absences) {
    if (longestWaitS <= publishedWithinS) continue
    scores.broken(7, service, `an event waited ${longestWaitS} s in the outbox without its leader (${what})`)
  }
}

/** What `runService` logs when a process ends because of an uncaught error. */
const crashMessage = 'stopping after an uncaught error'

/**
 * Checks that no process that had started ended by an uncaught error, whatever failed around it (16). A process that
 * cannot start logs another message and is started again. Pure.
 *
 * @param log all that a replica has logged: a JSON object a line, and Node's own messages
 */
export function judgeCrashes(replica: string, log: string, scores: PromiseScores): void {
  for (const line of log.split('\n')) {
    if (!line.includes(`"msg":"${crashMessage}"`)) continue
    const { time, err } = JSON.parse(line) as { time: number; err?: { message?: string } }
    scores.broken(16, replica, `it crashed at ${new Date(time).toISOString()}: ${err?.message ?? 'without a message'}`)
  }
}

/** After this time a service is killed although it is still answering accepted requests, ms. */
const stopWithinMs = 12_000

/**
 * Checks that processes that got SIGTERM ended by themselves in time (16), and with 0 where nothing else was failing:
 * without Kafka a process cannot leave its group, and reports that by its exit code.
 */
export function judgeShutdowns(
  shutdowns: readonly Shutdown[],
  { expectZero }: { expectZero: boolean },
  scores: PromiseScores,
): void {
  const stopped = shutdowns.filter(({ wasReady, why }) => wasReady && why === 'stopped by the run')
  scores.checked(16, 'stopped processes', stopped.length)
  for (const { replica, at, end, tookMs } of stopped) {
    if (end.code === null || tookMs > stopWithinMs || (expectZero && end.code !== 0)) {
      const how = `it ended with ${describeEnd(end)} after ${tookMs} ms`
      scores.broken(16, replica, `stopped at ${at.toISOString()}, ${how}`)
    }
  }
}
