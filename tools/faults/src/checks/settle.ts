import { setTimeout as delay } from 'node:timers/promises'
import { audit } from '@alipay-checkout/audit'
import type { BrokenSystem } from '../system/broken-system.ts'
import { asking, readOutboxes, readTally } from './read-books.ts'
import { readLags, readMembers } from './read-groups.ts'
import type { PromiseNumber } from './scores.ts'

/** Something that is still on its way, and the promise that it breaks when it never arrives. */
export interface Waiting {
  promise: PromiseNumber
  what: string
}

/** States that an order does not stay in. */
const passing = { RESERVING: 7, PENDING_PAYMENT: 10, CLOSING: 10, REINSTATING: 5 } as const
const lookEveryMs = 1_000

/** What became of waiting. */
export interface Settled {
  tookS: number
  /** What has not come to rest in time. */
  left: Waiting[]
}

/**
 * Waits until everything has come to rest: every replica takes work and is a member of its group, no order is on its way,
 * nothing waits in an outbox or a topic, no refund is open, no book contradicts another.
 *
 * @param options.timeoutMs what has not settled by then never will
 */
export async function untilSettled(
  system: BrokenSystem,
  options: { timeoutMs: number; log: (line: string) => void; signal: AbortSignal },
): Promise<Settled> {
  const sinceMs = performance.now()
  let told = ''
  for (;;) {
    const left = await lookAround(system)
    const tookS = Math.round((performance.now() - sinceMs) / 1000)
    if (left.length === 0 || performance.now() - sinceMs > options.timeoutMs || options.signal.aborted) {
      return { tookS, left }
    }
    const words = left.map(({ what }) => what).join(', ')
    if (words !== told) options.log(`  settling (${tookS} s): ${words}`)
    told = words
    await delay(lookEveryMs, undefined, { signal: options.signal }).catch(() => {})
  }
}

async function lookAround(system: BrokenSystem): Promise<Waiting[]> {
  try {
    const left = [...(await awayReplicas(system)), ...(await onTheirWay(system))]
    // Reading all books is dear: only once nothing else is left.
    return left.length > 0 ? left : await contradictions(system)
  } catch (error) {
    return [{ promise: 7, what: `the books can not be read: ${(error as Error).message}` }]
  }
}

async function awayReplicas({ replicas, kafkaBrokers }: BrokenSystem): Promise<Waiting[]> {
  const ready = await Promise.all(replicas.map(async replica => ((await replica.isReady()) ? [] : [replica.name])))
  const members = await readMembers(kafkaBrokers)
  return [
    ...ready.flat().map((name): Waiting => ({ promise: 14, what: `${name} is not ready` })),
    ...[...members].flatMap(([group, count]): Waiting[] =>
      count === 2 ? [] : [{ promise: 14, what: `${group} has ${count} members` }],
    ),
  ]
}

async function onTheirWay({ databases, kafkaBrokers }: BrokenSystem): Promise<Waiting[]> {
  const [tally, outboxes, lag, refunds] = await Promise.all([
    readTally(databases),
    readOutboxes(databases),
    readLags(kafkaBrokers),
    asking(databases.payments, async sql => {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from refunds where status in ('REQUESTED', 'PENDING')`
      return row?.n ?? 0
    }),
  ])
  const counted: [PromiseNumber, number, string][] = [
    ...Object.entries(passing).map(([status, promise]): [PromiseNumber, number, string] => [
      promise,
      tally.orders[status] ?? 0,
      `orders ${status}`,
    ]),
    [7, outboxes, 'events in outboxes'],
    [9, lag, 'records unread'],
    [3, refunds, 'refunds open'],
  ]
  return counted.flatMap(([promise, count, what]) => (count === 0 ? [] : [{ promise, what: `${count} ${what}` }]))
}

async function contradictions({ databases, simulatorUrl, kafkaBrokers }: BrokenSystem): Promise<Waiting[]> {
  const { breaks } = await audit({ databases, simulatorUrl, kafkaBrokers, settleSeconds: 0 })
  return breaks.map(({ promise, about, what }) => ({ promise, what: `${about}: ${what}` }))
}
