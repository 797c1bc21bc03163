import { setTimeout as delay } from 'node:timers/promises'
import { audit } from '@alipay-checkout/audit'
import type { SystemUnderTest } from '../system/system-under-test.ts'
import { judgeReport } from './judge-all.ts'
import { readEarlyClosings } from './judge-times.ts'
import type { PromiseScores } from './scores.ts'

const everyMs = 8_000
/** No order has settled then, so only what must be true at any time is judged: stock and idempotency keys. */
const settleSecondsUnderLoad = 1_000_000

/** Audits repeatedly while faults happen, until `stop`. A database that is unavailable is skipped. */
export async function auditUnderLoad(
  { databases }: SystemUnderTest,
  scores: PromiseScores,
  stop: AbortSignal,
): Promise<void> {
  const early = new Set<string>()
  while (!stop.aborted) {
    await delay(everyMs, undefined, { signal: stop }).catch(() => {})
    if (stop.aborted) return
    for (const { orderId, earlyS } of await readEarlyClosings(databases.orders).catch(() => [])) {
      if (!early.has(orderId)) scores.broken(10, orderId, `it expired ${earlyS.toFixed(1)} s too early`)
      early.add(orderId)
    }
    const report = await audit({ databases, settleSeconds: settleSecondsUnderLoad }).catch(() => undefined)
    if (report === undefined) continue
    judgeReport(report, scores)
    scores.checked(1, 'audits under load', 1)
  }
}
