import type { LeaderAbsence } from '../faults/leader.ts'
import type { Scores } from './scores.ts'

/** Another replica publishes within 15 s; the rest is for a busy machine, s. */
const publishedWithinS = 15 + 7

/** While the replica that publishes is away, another one does so in its place (7). Pure. */
export function judgeAbsences(absences: readonly LeaderAbsence[], scores: Scores): void {
  scores.looked(7, 'times that the publishing replica was away', absences.filter(({ looks }) => looks > 0).length)
  for (const { service, what, longestWaitS } of absences) {
    if (longestWaitS <= publishedWithinS) continue
    scores.broke(7, service, `an event waited ${longestWaitS} s in the outbox while the leader was away (${what})`)
  }
}
