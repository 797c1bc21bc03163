import { describeEnd, signToken } from '@alipay-checkout/launcher'
import { askAgain } from './checks/ask-again.ts'
import { compareBill } from './checks/bill.ts'
import { judgeAbsences } from './checks/judge-absences.ts'
import { judgeAll } from './checks/judge-all.ts'
import { judgeTimes, readClock, readOrderTimes } from './checks/judge-times.ts'
import { lookAgainAndAgain } from './checks/look.ts'
import { readTally, type Tally } from './checks/read-books.ts'
import { replayEverything } from './checks/replay.ts'
import { type PromiseResult, Scores } from './checks/scores.ts'
import { type Settled, untilSettled } from './checks/settle.ts'
import { ttlSeconds } from './config.ts'
import { type Family, families } from './fault.ts'
import { usualTrouble } from './faults/alipay-faults.ts'
import { type BrokenThing, breakAll } from './faults/break-all.ts'
import type { Breaking } from './faults/breaking.ts'
import { Refused, type ShopClient, shopClient } from './load/shop-client.ts'
import { runShoppers, type Shopping } from './load/shoppers.ts'
import { Witness } from './load/witness.ts'
import { seededRandom } from './random.ts'
import { drawSchedule, type ScheduledFault } from './schedule.ts'
import type { SoakResult } from './soak/judge.ts'
import { startSampling } from './soak/sample.ts'
import { type BrokenSystem, startBrokenSystem } from './system/broken-system.ts'
import type { ReplicaEnd } from './system/replica.ts'

export interface RunOptions {
  seed: number
  /** How long shoppers shop while things break. */
  seconds: number
  shoppers: number
  brokers: 1 | 3
  only?: readonly Family[]
  /** Whether memory, connections and the like are watched and judged. */
  soak: boolean
  /** For everything; nothing may be in it. */
  dir: string
  log: (line: string) => void
  /** Gives the run up. */
  signal: AbortSignal
}

export interface RunResult {
  seed: number
  seconds: number
  shoppers: number
  brokers: number
  passed: boolean
  load: Shopping & { orders: number; failedTries: Record<string, number> }
  faults: BrokenThing[]
  /** Processes of replicas that ended, for whatever reason, and were started again. */
  restarts: number
  /** Processes that ended although nobody had asked or shot them. */
  endedByThemselves: string[]
  events: { published: number; publishedAgain: number }
  settled: Settled
  books: Tally
  promises: PromiseResult[]
  soak?: SoakResult
}

/**
 * What has not come to rest by then never will: a refund that failed six times waits five minutes for its next try, and
 * one that failed eight times, which takes 400 s, a quarter of an hour (payment-service's `refund.ts`). Nothing fails
 * any more by then, so there is one such wait at most.
 */
const settleTimeoutMs = (seconds: number) => (seconds < 400 ? 6 : 16) * 60_000
/** Faults may be late by this, when those before them took longer. */
const overtimeMs = 45_000
const tellEveryMs = 10_000

/** Loads a system of its own, breaks it by the schedule of the seed, lets it settle, and judges it. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { seed, seconds, brokers, only = families, dir, log, signal } = options
  const schedule = drawSchedule({ seed, seconds, brokers, only })
  const fillsDisk = schedule.some(({ fault }) => fault.family === 'disk')
  const system = await startBrokenSystem({ dir, brokers, fillsDisk, seconds, log })
  let passed = false
  try {
    const result = await Promise.race([runOn(system, schedule, options), ...untimelyEnds(system, signal)])
    passed = result.passed
    return result
  } finally {
    await system.stop({ keep: !passed && !signal.aborted })
  }
}

/** What ends a run before its time: somebody gives it up, or something falls that nobody breaks. */
function untimelyEnds(system: BrokenSystem, signal: AbortSignal): Promise<never>[] {
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the run was given up')))
  })
  const crashed = system.crashed.then(({ name, how, logFile }) => {
    throw new Error(`${name} ended (${how}), which nobody breaks: see ${logFile}`)
  })
  // Once the run is over, its parts end.
  crashed.catch(() => {})
  return [givenUp, crashed]
}

async function runOn(system: BrokenSystem, schedule: ScheduledFault[], options: RunOptions): Promise<RunResult> {
  const { seed, seconds, shoppers, brokers, only = families, log, signal } = options
  const scores = new Scores()
  const witness = new Witness()
  const client = shopClient(system, why => witness.tried(why))
  const fromMs = await readClock(system.databases.orders)
  const skus = await openShop(system, client, seconds)
  const sampling = options.soak ? await startSampling(system) : undefined
  const { shopping, faults, breaking } = await breakUnderLoad(
    { system, schedule, client, witness, skus, scores },
    options,
  )

  log(`the load is over, nothing is broken any more: ${witness.words.size} orders were asked for`)
  await client.clearFaults()
  const settled = await untilSettled(system, { timeoutMs: settleTimeoutMs(options.seconds), log, signal })
  judgeSettled(settled, system.ends, scores)
  const isAtRest = settled.left.length === 0
  log(`${isAtRest ? '✔ settled' : '✖ not settled'} after ${settled.tookS} s`)
  await askAgain(witness, client, scores)
  const soak = await sampling?.finish()
  const books = await readTally(system.databases)
  const { events, repeats } = await judgeAll(system, { witness, ...breaking }, scores)
  judgeAbsences(breaking.absences, scores)
  const untilMs = await readClock(system.databases.orders)
  const orders = await readOrderTimes(system.databases.orders)
  judgeTimes(orders, { ttlMs: ttlSeconds(seconds) * 1000, fromMs, untilMs }, scores)
  if (isAtRest) await compareBill(system, scores)
  if (isAtRest && only.includes('replay')) {
    log('every event is given to every service once more …')
    await replayEverything(system, events, scores)
  }
  const redisFalls = faults.filter(({ family, outcome }) => family === 'redis' && outcome === 'done').length
  scores.looked(10, 'times that Redis was away', redisFalls)
  const promises = scores.results()
  const failed = faults.some(({ outcome }) => outcome === 'failed')
  return {
    ...{ seed, seconds, shoppers, brokers, faults, settled, books, promises },
    passed: promises.every(({ result }) => result !== 'broken') && !failed && soak?.flat !== false,
    load: { orders: witness.words.size, ...shopping, failedTries: witness.failedTries },
    restarts: system.ends.length,
    endedByThemselves: [
      ...system.ends
        .filter(({ why }) => why === 'by itself')
        .map(({ replica, at, end }) => `${replica} with ${describeEnd(end)} at ${at.toISOString()}`),
      ...system.serverEnds,
    ],
    events: { published: events, publishedAgain: repeats },
    ...(soak === undefined ? {} : { soak }),
  }
}

interface Stage {
  system: BrokenSystem
  schedule: ScheduledFault[]
  client: ShopClient
  witness: Witness
  skus: string[]
  scores: Scores
}

async function breakUnderLoad(
  { system, schedule, client, witness, skus, scores }: Stage,
  { seed, seconds, shoppers, only = families, log, signal }: RunOptions,
): Promise<{ shopping: Shopping; faults: BrokenThing[]; breaking: Breaking }> {
  const usual = only.includes('alipay') ? usualTrouble(seed) : {}
  await client.setFaults(usual)
  log(`${shoppers} shoppers for ${seconds} s, ${schedule.length} faults drawn from seed ${seed}`)
  const startedAtMs = performance.now()
  const endsAtMs = startedAtMs + seconds * 1000
  const closing = new AbortController()
  const stop = AbortSignal.any([closing.signal, signal])
  const load = runShoppers({
    ...{ client, witness, skus, shoppers, stop },
    jwtSecret: system.jwtSecret,
    random: seededRandom(seed),
    leftMs: () => endsAtMs - performance.now(),
  })
  const looks = lookAgainAndAgain(system, scores, stop)
  const telling = setInterval(
    () => log(`  ${Math.round((performance.now() - startedAtMs) / 1000)} s: ${witness.words.size} orders asked for`),
    tellEveryMs,
  )
  const breaking: Breaking = { system, client, usualTrouble: usual, shutdowns: [], poison: [], absences: [], signal }
  try {
    const faults = await Promise.race([
      breakAll(breaking, schedule, { startedAtMs, latestMs: seconds * 1000 + overtimeMs, log }),
      // What a shopper meets that no shopper may meet ends the run at once.
      load.then(() => new Promise<never>(() => {})),
    ])
    const leftMs = endsAtMs - performance.now()
    if (leftMs > 0) await new Promise(resolve => setTimeout(resolve, leftMs))
    closing.abort()
    const shopping = await load
    await looks
    return { shopping, faults, breaking }
  } finally {
    clearInterval(telling)
    closing.abort()
  }
}

/** Many SKUs of plenty, and a few that are soon sold out, so that late money finds no stock. */
async function openShop(system: BrokenSystem, client: ShopClient, seconds: number): Promise<string[]> {
  const admin = signToken(system.jwtSecret, 'faults', 'admin')
  const plenty = Array.from({ length: 12 }, (_, index) => `plenty-${index}`)
  const scarce = Array.from({ length: 4 }, (_, index) => `scarce-${index}`)
  for (const sku of plenty) await client.putOnSale(admin, sku, { priceFen: 1_290, units: 100_000 })
  for (const sku of scarce)
    await client.putOnSale(admin, sku, { priceFen: 4_900, units: Math.max(5, Math.ceil(seconds / 6)) })
  const skus = [...plenty, ...scarce]
  await untilKnown(client, signToken(system.jwtSecret, 'probe'), skus)
  return skus
}

/** order-service hears of products through Kafka. The probe orders more units than a line may have, so it buys nothing. */
async function untilKnown(client: ShopClient, token: string, skus: readonly string[]): Promise<void> {
  const items = skus.map(sku => ({ sku, quantity: 200_000 }))
  const giveUpAtMs = performance.now() + 30_000
  for (let attempt = 0; ; attempt++) {
    const answer = await client.place(token, items, `probe-${attempt}`)
    const { why } = new Refused(answer)
    if (why === 'too-many-units') return
    if (performance.now() > giveUpAtMs) throw new Error(`the products can not be ordered: ${answer.status} ${why}`)
  }
}

/** What has not settled breaks its promise; what has shows that nobody only looks alive. */
function judgeSettled({ left, tookS }: Settled, ends: readonly ReplicaEnd[], scores: Scores): void {
  for (const { promise, what } of left) scores.broke(promise, `after ${tookS} s`, what)
  if (left.every(({ promise }) => promise !== 14)) {
    scores.looked(14, 'replicas that are ready, and are members of their group', 6)
  }
  const died = ends.filter(({ why }) => why !== 'told to stop').length
  scores.looked(14, 'deaths after which the rest went on', died)
}
