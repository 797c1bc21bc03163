import { setTimeout as delay } from 'node:timers/promises'
import { audit } from '@alipay-checkout/audit'
import type { BrokenSystem } from '../system/broken-system.ts'
import { judgeReport } from './judge-all.ts'
import { readEarlyClosings } from './judge-times.ts'
import type { Scores } from './scores.ts'

const lookEveryMs = 8_000
/** Everything is on its way, so that only what is always true is judged: stock that adds up, one order for a key. */
const longAgoS = 1_000_000

/** Looks into the books while things break, until told to stop. A look that finds no database is none. */
export async function lookAgainAndAgain({ databases }: BrokenSystem, scores: Scores, stop: AbortSignal): Promise<void> {
  const early = new Set<string>()
  while (!stop.aborted) {
    await delay(lookEveryMs, undefined, { signal: stop }).catch(() => {})
    if (stop.aborted) return
    for (const { orderId, earlyS } of await readEarlyClosings(databases.orders).catch(() => [])) {
      if (!early.has(orderId)) scores.broke(10, orderId, `it ran out of time ${earlyS.toFixed(1)} s too early`)
      early.add(orderId)
    }
    const report = await audit({ databases, settleSeconds: longAgoS }).catch(() => undefined)
    if (report === undefined) continue
    judgeReport(report, scores)
    scores.looked(1, 'looks while things broke', 1)
  }
}
