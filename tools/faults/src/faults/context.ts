import { setTimeout as pause } from 'node:timers/promises'
import type { ConsumingService, SimulatorClient } from '@alipay-checkout/test-support'
import type { Fault } from '../fault.ts'
import type { Replica, Shutdown } from '../system/replica.ts'
import type { SystemUnderTest } from '../system/system-under-test.ts'

/** The result of trying to cause a fault. */
export type Outcome =
  | { outcome: 'done'; note?: string }
  /** No replica came to the fault point in time. */
  | { outcome: 'not reached'; note: string }
  /** It is impossible here. */
  | { outcome: 'skipped'; note: string }

/** How long events waited in a service's outbox while the replica that publishes it was unavailable. */
export interface LeaderAbsence {
  service: ConsumingService
  what: (Fault & { family: 'leader' })['how']
  /** How often the outbox was read. */
  reads: number
  /** The longest wait of an event meanwhile, s by the database's clock. */
  longestWaitS: number
}

/** What faults need, and what they record for the checks. */
export interface FaultContext {
  system: SystemUnderTest
  alipay: Pick<SimulatorClient, 'setFaults'>
  /** Alipay's faults at all other times. */
  usualAlipayFaults: object
  /** Replicas that got SIGTERM, and how they ended. */
  shutdowns: Shutdown[]
  /** Keys of records that cannot be handled, by the consumer group that receives them. */
  poison: { group: string; key: string }[]
  absences: LeaderAbsence[]
  /** Ends faults early. */
  signal: AbortSignal
}

export const waitUnlessAborted = (ms: number, { signal }: Pick<FaultContext, 'signal'>): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => {})

export const done: Outcome = { outcome: 'done' }

export function replicaOf(
  { system }: FaultContext,
  { service, replica }: { service: string; replica: number },
): Replica {
  const found = system.replicas.find(({ name }) => name === `${service}-${replica}`)
  if (found === undefined) throw new Error(`there is no replica ${replica} of ${service}`)
  return found
}

export const replicasOf = ({ system }: Pick<FaultContext, 'system'>, service: string): Replica[] =>
  system.replicas.filter(replica => replica.service === service)
