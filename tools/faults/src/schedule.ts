import type { ServiceName } from '@alipay-checkout/launcher'
import { type FaultPoint, faultPoints } from '@alipay-checkout/service-kit'
import {
  alipayDisturbances,
  consumingServices,
  type Family,
  type Fault,
  families,
  networkTargets,
  type ReplicaNumber,
} from './fault.ts'
import { type Random, seededRandom } from './random.ts'

/** A fault, and when it begins, ms after the load. Faults of one lane follow each other; lanes run in parallel. */
export interface ScheduledFault {
  atMs: number
  lane: Lane
  fault: Fault
}

/**
 * `processes`: the services. `servers`: PostgreSQL, Kafka and Redis. `surroundings`: Alipay, clocks, foreign records.
 * `warehouse`: the example's processes.
 */
export type Lane = 'processes' | 'servers' | 'surroundings' | 'warehouse'

export interface ScheduleOptions {
  seed: number
  /** The length of the run. */
  seconds: number
  brokers: 1 | 3
  /** Only these; all of them by default. */
  only?: readonly Family[]
}

/** Without faults, so that the load has begun, and the last fault recovers under load. */
const quietStartMs = 2_000
const quietEndMs = 3_000

/** A clock that is wrong by 31 minutes makes every open order due, or none. */
const farOffMs = 31 * 60_000

const services = ['order-service', 'payment-service', 'inventory-service', 'gateway'] as const

/** The services that have a fault point. */
const reachedBy: Record<FaultPoint, readonly ServiceName[]> = {
  'order.uncommitted': ['order-service'],
  'order.committed': ['order-service'],
  'response.unstored': ['gateway'],
  'response.stored': ['gateway'],
  'link.committed': ['payment-service'],
  'alipay.answered': ['payment-service'],
  'alipay_result.uncommitted': ['payment-service'],
  'alipay_result.committed': ['payment-service'],
  'relay.published': consumingServices,
  'consumer.uncommitted': consumingServices,
  'consumer.committed': consumingServices,
}

interface Kind {
  lane: Lane
  family: Family
  /** How long the fault and the recovery take, ms: the schedule reserves this for it. */
  slotMs: number
  draw(random: Random): Fault
  /** Its weight when the rest of the time is filled. */
  more: number
}

const between = (random: Random, least: number, most: number) => least + random.below(most - least + 1)
const replica = (random: Random): ReplicaNumber => (random.below(2) === 0 ? 1 : 2)

const kinds: readonly Kind[] = [
  {
    lane: 'processes',
    family: 'point',
    slotMs: 8_000,
    draw: random => {
      const point = random.pick(faultPoints)
      return { family: 'point', point, service: random.pick(reachedBy[point]), hits: 1 + random.below(4) }
    },
    more: 5,
  },
  {
    lane: 'processes',
    family: 'kill',
    slotMs: 4_000,
    draw: random => ({ family: 'kill', service: random.pick(services), replica: replica(random) }),
    more: 2,
  },
  {
    lane: 'processes',
    family: 'freeze',
    slotMs: 17_000,
    // Kafka removes a member after 10 s.
    draw: random => ({
      family: 'freeze',
      service: random.pick(consumingServices),
      replica: replica(random),
      forMs: between(random, 11_000, 14_000),
    }),
    more: 0,
  },
  { lane: 'processes', family: 'rolling', slotMs: 25_000, draw: () => ({ family: 'rolling' }), more: 0 },
  {
    lane: 'processes',
    family: 'replay',
    slotMs: 9_000,
    draw: random => ({ family: 'replay', service: random.pick(consumingServices) }),
    more: 0,
  },
  {
    // In the lane of the servers, so that none of them is down meanwhile: an event that waits then waits for the leader.
    lane: 'servers',
    family: 'leader',
    slotMs: 44_000,
    draw: random => ({
      family: 'leader',
      service: random.pick(consumingServices),
      how: random.pick(['freeze', 'vanish', 'partition'] as const),
      forMs: between(random, 33_000, 38_000),
    }),
    more: 1,
  },
  {
    lane: 'servers',
    family: 'rebalance',
    slotMs: 9_000,
    draw: random => ({ family: 'rebalance', service: random.pick(consumingServices), times: between(random, 3, 5) }),
    more: 0,
  },
  {
    lane: 'servers',
    family: 'postgres',
    slotMs: 8_000,
    draw: random => ({ family: 'postgres', downMs: between(random, 200, 4_000) }),
    more: 1,
  },
  {
    lane: 'servers',
    family: 'kafka',
    slotMs: 11_000,
    draw: random => ({ family: 'kafka', downMs: between(random, 200, 4_000) }),
    more: 1,
  },
  {
    lane: 'servers',
    family: 'brokers',
    slotMs: 24_000,
    draw: random => {
      const first = between(random, 1, 3)
      const second = ((first + random.below(2)) % 3) + 1
      return { family: 'brokers', first, second, downMs: between(random, 3_000, 6_000) }
    },
    more: 1,
  },
  {
    lane: 'servers',
    family: 'redis',
    slotMs: 5_000,
    draw: random => ({ family: 'redis', downMs: between(random, 200, 3_000), wiped: random.below(2) === 0 }),
    more: 1,
  },
  { lane: 'servers', family: 'network', slotMs: 12_000, draw: drawNetwork, more: 3 },
  {
    lane: 'servers',
    family: 'disk',
    slotMs: 13_000,
    draw: random => ({ family: 'disk', forMs: between(random, 4_000, 7_000) }),
    more: 0,
  },
  {
    lane: 'surroundings',
    family: 'clock',
    slotMs: 24_000,
    draw: random => ({
      family: 'clock',
      service: random.pick(services),
      replica: replica(random),
      offsetMs: random.below(2) === 0 ? -90_000 : 90_000,
      forMs: between(random, 8_000, 16_000),
    }),
    more: 1,
  },
  {
    lane: 'surroundings',
    family: 'clock',
    slotMs: 24_000,
    // Longer than an order can be paid by default. order-service is drawn twice as often: it closes orders.
    draw: random => ({
      family: 'clock',
      service: random.pick(['order-service', ...consumingServices] as const),
      replica: replica(random),
      offsetMs: random.below(2) === 0 ? -farOffMs : farOffMs,
      forMs: between(random, 8_000, 16_000),
    }),
    more: 1,
  },
  {
    lane: 'surroundings',
    family: 'alipay',
    slotMs: 8_000,
    draw: random => ({
      family: 'alipay',
      trouble: random.pick(alipayDisturbances),
      forMs: between(random, 3_000, 7_000),
    }),
    more: 3,
  },
  { lane: 'surroundings', family: 'poison', slotMs: 2_000, draw: () => ({ family: 'poison' }), more: 0 },
]

function drawNetwork(random: Random): Fault {
  const to = random.pick(networkTargets)
  const how = random.pick(['slow', 'cut', 'stall'] as const)
  switch (how) {
    case 'slow':
      return { family: 'network', to, how, latencyMs: between(random, 20, 250), forMs: between(random, 4_000, 9_000) }
    case 'cut':
      return { family: 'network', to, how, forMs: between(random, 50, 4_000) }
    case 'stall':
      return {
        ...{ family: 'network', to, how, thenReset: random.below(2) === 0 },
        // A process serves the lag that it read in the last 5 s: a shorter one to Kafka may raise no alert.
        forMs: between(random, to === 'kafka' ? 8_500 : 3_000, 10_000),
      }
  }
}

/**
 * Draws the schedule of a run: a pure function of its options. Each kind of fault comes once if the time is long enough
 * for all of its lane, else those that fit, in an order drawn from the seed; further ones fill the rest of the time.
 *
 * @returns sorted by time
 */
export function drawSchedule(options: ScheduleOptions): ScheduledFault[] {
  const { seed, seconds, brokers, only = families } = options
  const windowMs = seconds * 1000 - quietStartMs - quietEndMs
  // With one broker `kafka` crashes it, with three `brokers`.
  const absent: Family = brokers === 3 ? 'kafka' : 'brokers'
  const wanted = kinds.filter(({ family }) => only.includes(family) && family !== absent)
  const random = seededRandom(seed)
  const lanes: Lane[] = ['processes', 'servers', 'surroundings']
  const all = lanes.flatMap(lane => {
    const chosen = shuffle(
      random,
      choose(
        random,
        wanted.filter(kind => kind.lane === lane),
        windowMs,
      ),
    )
    return place(random, chosen, windowMs)
  })
  if (only.includes('warehouse')) all.push(...drawWarehouseFaults(seed, windowMs))
  return all.sort((a, b) => a.atMs - b.atMs || a.lane.localeCompare(b.lane))
}

/** On average, ms. A killed consumer's partitions are idle for 10 s. */
const warehouseFaultEveryMs = 15_000
/** Separates these draws from those of shoppers, which begin at the seed and its successors. */
const warehouseSeedOffset = 1_000_003

/** Faults of the warehouse at random times: a sequence of its own, so that the other lanes do not depend on it. */
function drawWarehouseFaults(seed: number, windowMs: number): ScheduledFault[] {
  const random = seededRandom(seed + warehouseSeedOffset)
  const count = Math.max(1, Math.round(windowMs / warehouseFaultEveryMs))
  const times = Array.from({ length: count }, () => quietStartMs + random.below(windowMs)).sort((a, b) => a - b)
  return times.map(atMs => {
    const how = random.pick(['kill', 'kill', 'kill', 'stop', 'freeze'] as const)
    const common = { family: 'warehouse', process: replica(random) } as const
    const fault: Fault =
      how === 'freeze' ? { ...common, how, forMs: between(random, 11_000, 14_000) } : { ...common, how }
    return { atMs, lane: 'warehouse', fault }
  })
}

/** Each kind once as far as they fit, then further ones by their weight, until nothing fits. */
function choose(random: Random, kindsOfLane: readonly Kind[], windowMs: number): Kind[] {
  const chosen: Kind[] = []
  let leftMs = windowMs
  const take = (kind: Kind | undefined): boolean => {
    if (kind === undefined || kind.slotMs > leftMs) return false
    chosen.push(kind)
    leftMs -= kind.slotMs
    return true
  }
  for (const kind of shuffle(random, kindsOfLane)) take(kind)
  const again = kindsOfLane.flatMap(kind => Array.from({ length: kind.more }, () => kind))
  for (;;) {
    const fitting = again.filter(kind => kind.slotMs <= leftMs)
    if (fitting.length === 0 || !take(random.pick(fitting))) return chosen
  }
}

/** Places faults one after the other, with the spare time distributed between them. */
function place(random: Random, chosen: readonly Kind[], windowMs: number): ScheduledFault[] {
  const spareMs = windowMs - chosen.reduce((sum, { slotMs }) => sum + slotMs, 0)
  const pauses = chosen.map(() => random.below(spareMs + 1)).sort((a, b) => a - b)
  let takenMs = quietStartMs
  return chosen.map((kind, index) => {
    const atMs = takenMs + (pauses[index] ?? 0)
    takenMs += kind.slotMs
    return { atMs, lane: kind.lane, fault: kind.draw(random) }
  })
}

function shuffle<T>(random: Random, from: readonly T[]): T[] {
  const mixed = [...from]
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const kept = mixed[last] as T
    mixed[last] = mixed[other] as T
    mixed[other] = kept
  }
  return mixed
}
