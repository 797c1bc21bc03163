import { describeFault, type Fault } from '../fault.ts'
import type { Lane, ScheduledFault } from '../schedule.ts'
import { troubleAtAlipay } from './alipay-faults.ts'
import { type Breaking, lasting, type Outcome } from './breaking.ts'
import { replayAll, sendPoison, stirGroup } from './groups.ts'
import { loseLeader } from './leader.ts'
import { dieAtPoint, freezeOne, killOne, restartAll, skewClock } from './processes.ts'
import { crashBrokers, crashKafka, crashPostgres, crashRedis, disturbNetwork, fillDisk } from './servers.ts'

/** A fault that was done, or tried. */
export interface BrokenThing {
  family: Fault['family']
  what: string
  /** When it was to begin, when it did, and when what it had broken was back: s after the load began. */
  plannedAtS: number
  atS: number
  backAtS: number
  outcome: Outcome['outcome'] | 'failed'
  note?: string
}

/**
 * Does what the schedule says, each lane by itself and in its order: what takes longer than planned delays the rest of its
 * lane.
 *
 * @param options.startedAtMs when the load began, by `performance.now()`
 * @param options.latestMs nothing is begun later than this after it
 */
export async function breakAll(
  breaking: Breaking,
  schedule: readonly ScheduledFault[],
  options: { startedAtMs: number; latestMs: number; log: (line: string) => void },
): Promise<BrokenThing[]> {
  const { startedAtMs, latestMs, log } = options
  const sinceS = () => Math.round((performance.now() - startedAtMs) / 100) / 10
  const things: BrokenThing[] = []

  async function doOne({ atMs, fault }: ScheduledFault): Promise<void> {
    const planned = { family: fault.family, what: describeFault(fault), plannedAtS: Math.round(atMs / 100) / 10 }
    await lasting(Math.max(0, startedAtMs + atMs - performance.now()), breaking)
    const atS = sinceS()
    if (breaking.signal.aborted || atS * 1000 > latestMs) {
      things.push({ ...planned, atS, backAtS: atS, outcome: 'skipped', note: 'there was no time left' })
      return
    }
    log(`  ${atS.toFixed(1).padStart(6)} s  ${planned.what}`)
    const came: Pick<BrokenThing, 'outcome' | 'note'> = await breakOne(breaking, fault).catch(error => ({
      outcome: 'failed' as const,
      note: (error as Error).message,
    }))
    if (came.outcome !== 'done') log(`  ${sinceS().toFixed(1).padStart(6)} s  – ${came.outcome}: ${came.note}`)
    things.push({ ...planned, atS, backAtS: sinceS(), ...came })
  }

  async function doLane(lane: Lane): Promise<void> {
    for (const one of schedule.filter(scheduled => scheduled.lane === lane)) await doOne(one)
  }

  await Promise.all([...new Set(schedule.map(({ lane }) => lane))].map(doLane))
  return things.sort((a, b) => a.atS - b.atS)
}

function breakOne(breaking: Breaking, fault: Fault): Promise<Outcome> {
  switch (fault.family) {
    case 'point':
      return dieAtPoint(breaking, fault)
    case 'kill':
      return killOne(breaking, fault)
    case 'freeze':
      return freezeOne(breaking, fault)
    case 'leader':
      return loseLeader(breaking, fault)
    case 'rolling':
      return restartAll(breaking)
    case 'replay':
      return replayAll(breaking, fault)
    case 'rebalance':
      return stirGroup(breaking, fault)
    case 'poison':
      return sendPoison(breaking)
    case 'postgres':
      return crashPostgres(breaking, fault)
    case 'kafka':
      return crashKafka(breaking, fault)
    case 'brokers':
      return crashBrokers(breaking, fault)
    case 'redis':
      return crashRedis(breaking, fault)
    case 'network':
      return disturbNetwork(breaking, fault)
    case 'disk':
      return fillDisk(breaking, fault)
    case 'clock':
      return skewClock(breaking, fault)
    case 'alipay':
      return troubleAtAlipay(breaking, fault)
  }
}
