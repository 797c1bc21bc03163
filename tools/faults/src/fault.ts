import type { ServiceName } from '@alipay-checkout/launcher'
import type { FaultPoint } from '@alipay-checkout/service-kit'

/** Services that keep something; each has a database and a consumer group of its own. */
export const keepers = ['order-service', 'payment-service', 'inventory-service'] as const
export type Keeper = (typeof keepers)[number]

/** A replica's number within its service, from 1. */
export type ReplicaNumber = 1 | 2

/** What a network fault stands before: a service's database, or a server that all share. */
export const networkTargets = ['orders', 'payments', 'inventory', 'kafka', 'redis'] as const
export type NetworkTarget = (typeof networkTargets)[number]

/** What Alipay does for a while, worse than its usual share of trouble. */
export const alipayTroubles = [
  'down',
  'hang',
  'busy_after',
  'drops notifies',
  'doubles notifies',
  'unclear refunds',
] as const
export type AlipayTrouble = (typeof alipayTroubles)[number]

/** One thing that is broken on purpose. Durations in ms. */
export type Fault =
  /** SIGKILL where it hurts most: when a replica of the service comes to this point for the nth time. */
  | { family: 'point'; point: FaultPoint; service: ServiceName; hits: number }
  | { family: 'kill'; service: ServiceName; replica: ReplicaNumber }
  /** SIGSTOP beyond Kafka's session time, then SIGCONT: it wakes up and does not know that it was away. */
  | { family: 'freeze'; service: ServiceName; replica: ReplicaNumber; forMs: number }
  /**
   * The replica that publishes a service's outbox is away for longer than 15 s, and another one must publish. `freeze`:
   * SIGSTOP. `vanish`: its host is gone, and no connection was closed. `partition`: a network that drops everything.
   */
  | { family: 'leader'; service: Keeper; how: 'freeze' | 'vanish' | 'partition'; forMs: number }
  /** SIGTERM to one replica of everything and, once those are back, to the other. */
  | { family: 'rolling' }
  /** A group's offsets are set back to the beginning while its members are away: everything comes once more. */
  | { family: 'replay'; service: Keeper }
  /** Strangers join and leave a group, so that its partitions are dealt out anew each time. */
  | { family: 'rebalance'; service: Keeper; times: number }
  /** Records that nobody can handle, in every topic. */
  | { family: 'poison' }
  | { family: 'postgres'; downMs: number }
  | { family: 'kafka'; downMs: number }
  /** One of three brokers is lost, and another while the first is back. */
  | { family: 'brokers'; first: number; second: number; downMs: number }
  | { family: 'redis'; downMs: number; wiped: boolean }
  /** `slow`: each piece waits. `cut`: reset, and again at each try. `stall`: half-open, nothing passes, nobody is told. */
  | { family: 'network'; to: NetworkTarget; how: 'slow'; latencyMs: number; forMs: number }
  | { family: 'network'; to: NetworkTarget; how: 'cut'; forMs: number }
  | { family: 'network'; to: NetworkTarget; how: 'stall'; thenReset: boolean; forMs: number }
  | { family: 'disk'; forMs: number }
  | { family: 'clock'; service: ServiceName; replica: ReplicaNumber; offsetMs: number; forMs: number }
  | { family: 'alipay'; trouble: AlipayTrouble; forMs: number }

export const families = [
  'point',
  'kill',
  'freeze',
  'leader',
  'rolling',
  'replay',
  'rebalance',
  'poison',
  'postgres',
  'kafka',
  'brokers',
  'redis',
  'network',
  'disk',
  'clock',
  'alipay',
] as const satisfies readonly Fault['family'][]

export type Family = (typeof families)[number]

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** A fault in words. */
export function describeFault(fault: Fault): string {
  switch (fault.family) {
    case 'point':
      return `SIGKILL of ${fault.service} at ${fault.point}${fault.hits === 1 ? '' : `, the ${fault.hits}. time`}`
    case 'kill':
      return `SIGKILL of ${fault.service}-${fault.replica}`
    case 'freeze':
      return `SIGSTOP of ${fault.service}-${fault.replica} for ${seconds(fault.forMs)}, then SIGCONT`
    case 'leader':
      return `the replica of ${fault.service} that publishes ${describeAbsence[fault.how]} for ${seconds(fault.forMs)}`
    case 'rolling':
      return 'SIGTERM of one replica of everything, then of the other'
    case 'replay':
      return `all events once more for ${fault.service}`
    case 'rebalance':
      return `${fault.times} strangers join and leave the group ${fault.service}`
    case 'poison':
      return 'records that nobody can handle'
    case 'postgres':
      return `SIGKILL of PostgreSQL, back after ${seconds(fault.downMs)}`
    case 'kafka':
      return `SIGKILL of Kafka, back after ${seconds(fault.downMs)}`
    case 'brokers':
      return `SIGKILL of broker ${fault.first}, back after ${seconds(fault.downMs)}, then the same to broker ${fault.second}`
    case 'redis':
      return `SIGKILL of Redis, back after ${seconds(fault.downMs)}${fault.wiped ? ' with nothing in it' : ''}`
    case 'network':
      return `connections to ${fault.to} ${describeNetwork(fault)} for ${seconds(fault.forMs)}`
    case 'disk':
      return `PostgreSQL’s disk is full for ${seconds(fault.forMs)}`
    case 'clock':
      return `the clock of ${fault.service}-${fault.replica} is ${Math.abs(fault.offsetMs) / 1000} s ${fault.offsetMs < 0 ? 'behind' : 'ahead'} for ${seconds(fault.forMs)}`
    case 'alipay':
      return `Alipay: ${fault.trouble} for ${seconds(fault.forMs)}`
  }
}

const describeAbsence = {
  freeze: 'is frozen by SIGSTOP',
  vanish: 'is killed with its host, and no connection is closed,',
  partition: 'is cut off by a network that drops everything',
} as const

function describeNetwork(fault: Fault & { family: 'network' }): string {
  switch (fault.how) {
    case 'slow':
      return `slower by ${fault.latencyMs} ms`
    case 'cut':
      return 'cut'
    case 'stall':
      return `half-open${fault.thenReset ? ' and then reset' : ''}`
  }
}
