import type { ServiceName } from '@alipay-checkout/launcher'
import type { FaultPoint } from '@alipay-checkout/service-kit'
import type { ConsumingService } from '@alipay-checkout/test-support'

/** In the order in which schedules are drawn. */
export const consumingServices = [
  'order-service',
  'payment-service',
  'inventory-service',
] as const satisfies readonly ConsumingService[]

/** A replica's number within its service, from 1. */
export type ReplicaNumber = 1 | 2

/** The servers behind proxies: the three databases, Kafka and Redis. */
export const networkTargets = ['orders', 'payments', 'inventory', 'kafka', 'redis'] as const
export type NetworkTarget = (typeof networkTargets)[number]

/** What Alipay does wrong at every call for a while. */
export const alipayDisturbances = [
  'down',
  'hang',
  'busy_after',
  'drops notifies',
  'doubles notifies',
  'unclear refunds',
] as const
export type AlipayDisturbance = (typeof alipayDisturbances)[number]

/** One fault. Durations in ms. */
export type Fault =
  /** SIGKILL when a replica of the service comes to this point for the nth time. */
  | { family: 'point'; point: FaultPoint; service: ServiceName; hits: number }
  | { family: 'kill'; service: ServiceName; replica: ReplicaNumber }
  /** SIGSTOP for longer than Kafka's session time, then SIGCONT. */
  | { family: 'freeze'; service: ServiceName; replica: ReplicaNumber; forMs: number }
  /**
   * The replica that publishes a service's outbox is unavailable for longer than 15 s. `freeze`: SIGSTOP. `vanish`: its host is
   * lost without closing a connection. `partition`: the network drops all its packets.
   */
  | { family: 'leader'; service: ConsumingService; how: 'freeze' | 'vanish' | 'partition'; forMs: number }
  /** SIGTERM to one replica of each service and, once those are ready again, to the other. */
  | { family: 'rolling' }
  /** A group's offsets are set back to the beginning while its members are stopped: it consumes everything again. */
  | { family: 'replay'; service: ConsumingService }
  /** Foreign consumers join and leave a group, so that it is rebalanced each time. */
  | { family: 'rebalance'; service: ConsumingService; times: number }
  /** Records that cannot be handled, in every topic. */
  | { family: 'poison' }
  | { family: 'postgres'; downMs: number }
  | { family: 'kafka'; downMs: number }
  /** One of three brokers crashes and restarts, and then another. */
  | { family: 'brokers'; first: number; second: number; downMs: number }
  | { family: 'redis'; downMs: number; wiped: boolean }
  /** `slow`: each chunk is delayed. `cut`: connections are reset and refused. `stall`: half-open, nothing passes. */
  | { family: 'network'; to: NetworkTarget; how: 'slow'; latencyMs: number; forMs: number }
  | { family: 'network'; to: NetworkTarget; how: 'cut'; forMs: number }
  | { family: 'network'; to: NetworkTarget; how: 'stall'; thenReset: boolean; forMs: number }
  | { family: 'disk'; forMs: number }
  | { family: 'clock'; service: ServiceName; replica: ReplicaNumber; offsetMs: number; forMs: number }
  | { family: 'alipay'; trouble: AlipayDisturbance; forMs: number }
  /** A process of the example warehouse is killed, stopped by SIGTERM, or frozen by SIGSTOP; then it runs again. */
  | { family: 'warehouse'; process: ReplicaNumber; how: 'kill' | 'stop' }
  | { family: 'warehouse'; process: ReplicaNumber; how: 'freeze'; forMs: number }

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
  'warehouse',
] as const satisfies readonly Fault['family'][]

export type Family = (typeof families)[number]

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** Describes a fault for reports. */
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
      return 'SIGTERM of one replica of each service, then of the other'
    case 'replay':
      return `replay of all events for ${fault.service}`
    case 'rebalance':
      return `${fault.times} foreign consumers join and leave the group ${fault.service}`
    case 'poison':
      return 'records that cannot be handled'
    case 'postgres':
      return `SIGKILL of PostgreSQL, back after ${seconds(fault.downMs)}`
    case 'kafka':
      return `SIGKILL of Kafka, back after ${seconds(fault.downMs)}`
    case 'brokers':
      return `SIGKILL of broker ${fault.first}, back after ${seconds(fault.downMs)}, then the same to broker ${fault.second}`
    case 'redis':
      return `SIGKILL of Redis, back after ${seconds(fault.downMs)}${fault.wiped ? ' without its data' : ''}`
    case 'network':
      return `connections to ${fault.to} ${describeNetwork(fault)} for ${seconds(fault.forMs)}`
    case 'disk':
      return `PostgreSQL’s disk is full for ${seconds(fault.forMs)}`
    case 'clock':
      return `the clock of ${fault.service}-${fault.replica} is ${Math.abs(fault.offsetMs) / 1000} s ${fault.offsetMs < 0 ? 'behind' : 'ahead'} for ${seconds(fault.forMs)}`
    case 'alipay':
      return `Alipay: ${fault.trouble} for ${seconds(fault.forMs)}`
    case 'warehouse':
      return `${describeWarehouse[fault.how]} of warehouse-${fault.process}${fault.how === 'freeze' ? ` for ${seconds(fault.forMs)}, then SIGCONT` : ''}`
  }
}

const describeWarehouse = { kill: 'SIGKILL', stop: 'SIGTERM', freeze: 'SIGSTOP' } as const

const describeAbsence = {
  freeze: 'is frozen by SIGSTOP',
  vanish: 'is killed without closing a connection',
  partition: 'is cut off by a network that drops its packets',
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
