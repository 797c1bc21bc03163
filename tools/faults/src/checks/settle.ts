import { setTimeout as delay } from 'node:timers/promises'
import { audit, type PromiseNumber } from '@alipay-checkout/audit'
import { readOutboxes, withDatabase } from '@alipay-checkout/test-support'
import { readMembers, readTotalLag } from '../system/kafka.ts'
import type { ReplicaEnd } from '../system/replica.ts'
import type { SystemUnderTest } from '../system/system-under-test.ts'
import { countByStatus } from './count-by-status.ts'
import { countParcelsToShip } from './read-warehouse.ts'
import type { PromiseScores } from './scores.ts'

/** Something that has not settled, and the promise that it breaks if it never does. */
export interface Unsettled {
  promise: PromiseNumber
  what: string
}

/** States that an order does not stay in, and the promise that staying breaks. */
const temporaryStates = { RESERVING: 7, PENDING_PAYMENT: 10, CLOSING: 10, REINSTATING: 5 } as const
const everyMs = 1_000

/** The result of waiting. */
export interface Settled {
  tookS: number
  /** What has not settled in time. */
  left: Unsettled[]
}

/**
 * Waits until every replica is ready and a member of its group, no order is in a temporary state, nothing waits in an
 * outbox or a topic, no refund is open, no parcel waits, and the audit finds nothing.
 *
 * @param options.timeoutMs what has not settled by then never will
 */
export async function waitUntilSettled(
  system: SystemUnderTest,
  options: { timeoutMs: number; log: (line: string) => void; signal: AbortSignal },
): Promise<Settled> {
  const sinceMs = performance.now()
  let reported = ''
  for (;;) {
    const left = await readUnsettled(system)
    const tookS = Math.round((performance.now() - sinceMs) / 1000)
    if (left.length === 0 || performance.now() - sinceMs > options.timeoutMs || options.signal.aborted) {
      return { tookS, left }
    }
    const waiting = left.map(({ what }) => what).join(', ')
    if (waiting !== reported) options.log(`  settling (${tookS} s): ${waiting}`)
    reported = waiting
    await delay(everyMs, undefined, { signal: options.signal }).catch(() => {})
  }
}

/** Adds what has not settled to the promises that it breaks. */
export function judgeSettled({ left, tookS }: Settled, ends: readonly ReplicaEnd[], scores: PromiseScores): void {
  for (const { promise, what } of left) scores.broken(promise, `after ${tookS} s`, what)
  if (left.every(({ promise }) => promise !== 14)) {
    scores.checked(14, 'replicas that are ready and members of their group', 6)
  }
  const died = ends.filter(({ why }) => why !== 'stopped by the run').length
  scores.checked(14, 'ends of processes without effect on other processes', died)
}

async function readUnsettled(system: SystemUnderTest): Promise<Unsettled[]> {
  try {
    const left = [...(await findAwayReplicas(system)), ...(await countInFlight(system))]
    // The audit is expensive, so it runs only once nothing else is left.
    return left.length > 0 ? left : await readAudit(system)
  } catch (error) {
    return [{ promise: 7, what: `the databases can not be read: ${(error as Error).message}` }]
  }
}

async function findAwayReplicas({ replicas, kafkaBrokers }: SystemUnderTest): Promise<Unsettled[]> {
  const ready = await Promise.all(replicas.map(async replica => ((await replica.isReady()) ? [] : [replica.name])))
  const members = await readMembers(kafkaBrokers)
  return [
    ...ready.flat().map((name): Unsettled => ({ promise: 14, what: `${name} is not ready` })),
    ...[...members].flatMap(([group, count]): Unsettled[] =>
      count === 2 ? [] : [{ promise: 14, what: `${group} has ${count} members` }],
    ),
  ]
}

async function countInFlight({ databases, kafkaBrokers, warehouse }: SystemUnderTest): Promise<Unsettled[]> {
  const [tally, outboxes, lag, parcels, refunds] = await Promise.all([
    countByStatus(databases),
    readOutboxes(databases),
    readTotalLag(kafkaBrokers),
    countParcelsToShip(warehouse.databaseUrl),
    withDatabase(databases.payments, async sql => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from refunds where status in ('REQUESTED', 'PENDING')`
      return row?.n ?? 0
    }),
  ])
  const counted: [PromiseNumber, number, string][] = [
    ...Object.entries(temporaryStates).map(([status, promise]): [PromiseNumber, number, string] => [
      promise,
      tally.orders[status] ?? 0,
      `orders ${status}`,
    ]),
    [7, outboxes, 'events in outboxes'],
    [9, lag, 'records unread'],
    [3, refunds, 'refunds open'],
    [17, parcels, 'parcels to ship'],
  ]
  return counted.flatMap(([promise, count, what]) => (count === 0 ? [] : [{ promise, what: `${count} ${what}` }]))
}

async function readAudit({ databases, simulatorUrl, kafkaBrokers }: SystemUnderTest): Promise<Unsettled[]> {
  const { breaks } = await audit({ databases, simulatorUrl, kafka: { brokers: kafkaBrokers }, settleSeconds: 0 })
  return breaks.map(({ promise, about, what }) => ({ promise, what: `${about}: ${what}` }))
}
