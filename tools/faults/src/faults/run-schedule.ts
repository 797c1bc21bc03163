import { describeFault, type Fault } from '../fault.ts'
import type { Lane, ScheduledFault } from '../schedule.ts'
import { disturbAlipay } from './alipay-faults.ts'
import { type FaultContext, type Outcome, waitUnlessAborted } from './context.ts'
import { rebalanceGroup, replayAll, sendPoison } from './groups.ts'
import { takeLeaderAway } from './leader.ts'
import { disturbWarehouse, freezeReplica, killAtPoint, killReplica, restartEverything, skewClock } from './processes.ts'
import { crashBrokers, crashKafka, crashPostgres, crashRedis, disturbNetwork, fillDisk } from './servers.ts'

/** What became of a scheduled fault. */
export interface FaultResult {
  family: Fault['family']
  fault: Fault
  what: string
  /** When it was due, when it began, and when everything had recovered: s after the load began. */
  plannedAtS: number
  atS: number
  backAtS: number
  outcome: Outcome['outcome'] | 'failed'
  note?: string
}

/**
 * Runs the faults of a schedule, the lanes in parallel. A fault that takes longer than planned delays the rest of its lane.
 *
 * @param options.startedAtMs when the load began, by `performance.now()`
 * @param options.latestMs no fault begins later than this after it
 */
export async function runSchedule(
  context: FaultContext,
  schedule: readonly ScheduledFault[],
  options: { startedAtMs: number; latestMs: number; log: (line: string) => void },
): Promise<FaultResult[]> {
  const { startedAtMs, latestMs, log } = options
  const sinceS = () => Math.round((performance.now() - startedAtMs) / 100) / 10
  const results: FaultResult[] = []

  async function runOne({ atMs, fault }: ScheduledFault): Promise<void> {
    const planned = { family: fault.family, fault, what: describeFault(fault), plannedAtS: Math.round(atMs / 100) / 10 }
    await waitUnlessAborted(Math.max(0, startedAtMs + atMs - performance.now()), context)
    const atS = sinceS()
    if (context.signal.aborted || atS * 1000 > latestMs) {
      results.push({ ...planned, atS, backAtS: atS, outcome: 'skipped', note: 'there was no time left' })
      return
    }
    log(`  ${atS.toFixed(1).padStart(6)} s  ${planned.what}`)
    const result: Pick<FaultResult, 'outcome' | 'note'> = await runFault(context, fault).catch(error => ({
      outcome: 'failed' as const,
      note: (error as Error).message,
    }))
    if (result.outcome !== 'done') log(`  ${sinceS().toFixed(1).padStart(6)} s  – ${result.outcome}: ${result.note}`)
    results.push({ ...planned, atS, backAtS: sinceS(), ...result })
  }

  async function runLane(lane: Lane): Promise<void> {
    for (const one of schedule.filter(scheduled => scheduled.lane === lane)) await runOne(one)
  }

  await Promise.all([...new Set(schedule.map(({ lane }) => lane))].map(runLane))
  return results.sort((a, b) => a.atS - b.atS)
}

function runFault(context: FaultContext, fault: Fault): Promise<Outcome> {
  switch (fault.family) {
    case 'point':
      return killAtPoint(context, fault)
    case 'kill':
      return killReplica(context, fault)
    case 'freeze':
      return freezeReplica(context, fault)
    case 'leader':
      return takeLeaderAway(context, fault)
    case 'rolling':
      return restartEverything(context)
    case 'replay':
      return replayAll(context, fault)
    case 'rebalance':
      return rebalanceGroup(context, fault)
    case 'poison':
      return sendPoison(context)
    case 'postgres':
      return crashPostgres(context, fault)
    case 'kafka':
      return crashKafka(context, fault)
    case 'brokers':
      return crashBrokers(context, fault)
    case 'redis':
      return crashRedis(context, fault)
    case 'network':
      return disturbNetwork(context, fault)
    case 'disk':
      return fillDisk(context, fault)
    case 'clock':
      return skewClock(context, fault)
    case 'alipay':
      return disturbAlipay(context, fault)
    case 'warehouse':
      return disturbWarehouse(context, fault)
  }
}
