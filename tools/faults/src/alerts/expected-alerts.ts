import type { Fault } from '../fault.ts'

/** What a fault is to raise: any of these alerts, if it lasts long enough to be seen; or none, and why. */
export type Expectation =
  | {
      readonly anyOf: readonly string[]
      readonly fromS: number
      /** How long after its end it may be raised first, s. */
      readonly withinS?: number
    }
  | { readonly none: string }

const processDown: Expectation = { anyOf: ['ProcessDown'], fromS: 0 }
/** A process serves the lag that it read in the last 5 s, and a read may take 2 s more. */
const kafkaDown: Expectation = { anyOf: ['KafkaUnavailable'], fromS: 8 }
/** A check of `/readyz` fails after 2 s without an answer. */
const databaseDown: Expectation = { anyOf: ['DatabaseUnavailable'], fromS: 3 }
const redisDown: Expectation = { anyOf: ['RedisUnavailable'], fromS: 3 }

/** The table of faults and their alerts. */
export function expectedAlerts(fault: Fault): Expectation {
  switch (fault.family) {
    case 'point':
    case 'kill':
    case 'freeze':
    case 'rolling':
    case 'replay':
      return processDown
    case 'leader':
      return { anyOf: ['NoRelayLeader'], fromS: 0 }
    case 'rebalance':
      return { none: 'the group goes on once the foreign consumers have left; else ConsumerStopped is raised' }
    case 'poison':
      // It is listed once payment-service and its database are there, and raised until a person has decided.
      return { anyOf: ['DeadLetters'], fromS: 0, withinS: Number.POSITIVE_INFINITY }
    case 'postgres':
      return { ...databaseDown, fromS: 1 }
    case 'kafka':
      return kafkaDown
    case 'brokers':
      return { none: 'two of three brokers are in sync, so that nothing waits' }
    case 'redis':
      return { ...redisDown, fromS: 1.5 }
    case 'network':
      return ofNetwork(fault)
    case 'disk':
      // PostgreSQL may refuse writes, or end and start again.
      return { anyOf: ['DatabaseUnavailable', 'PlacingFails', 'ConsumerStopped'], fromS: 0 }
    case 'clock':
      return fault.service === 'gateway'
        ? { none: 'no decision of the gateway depends on its clock, and it has no database to compare it with' }
        : { anyOf: ['ClockWrong'], fromS: 0 }
    case 'alipay':
      return ofAlipay(fault)
    case 'warehouse':
      return { none: 'the example’s processes are not part of the system' }
  }
}

function ofNetwork(fault: Fault & { family: 'network' }): Expectation {
  if (fault.how === 'slow') return { none: 'calls are slower by less than a second, within the objectives' }
  if (fault.to === 'kafka') {
    return fault.how === 'stall'
      ? kafkaDown
      : { none: 'a cut lasts 4 s at most, and a process serves the lag that it read in the last 5 s' }
  }
  return fault.to === 'redis' ? redisDown : databaseDown
}

function ofAlipay({ trouble }: Fault & { family: 'alipay' }): Expectation {
  switch (trouble) {
    case 'down':
    case 'busy_after':
      // More than half of the calls within 10 s have to fail.
      return { anyOf: ['AlipayCallsFail'], fromS: 5 }
    case 'hang':
      // A call fails after 1.5 s, and a shopper who waits for it causes no other call meanwhile.
      return { anyOf: ['AlipayCallsFail'], fromS: 6.5 }
    case 'drops notifies':
      return { none: 'queries find the payments; NotifiesMissing is raised where it lasts for half an hour' }
    case 'doubles notifies':
      return { none: 'the second one changes nothing' }
    case 'unclear refunds':
      return { none: 'the next query is clear; RefundsLate is raised where it lasts' }
  }
}
