import {
  auditUnderLoad,
  ClientLog,
  countByStatus,
  judgeAll,
  judgeBill,
  judgeSettled,
  judgeShutdowns,
  openShop,
  type PromiseResult,
  PromiseScores,
  resendKeys,
  retryingClient,
  runShoppers,
  type Settled,
  type Shopping,
  type Shutdown,
  type StatusCounts,
  type SystemUnderTest,
  seededRandom,
  startSystemUnderTest,
  waitUntilSettled,
  withAdmin,
} from '@alipay-checkout/faults'
import { consumedTopics, simulatorClient, waitUntil } from '@alipay-checkout/test-support'
import type { Checkout } from './checkout.ts'
import { findMisfits } from './find-misfits.ts'
import { judgeUpgrade } from './judge-upgrade.ts'
import type { RollOrder } from './roll-order.ts'

export interface UpgradeOptions {
  older: Checkout
  newer: Checkout
  order: RollOrder
  /** How long shoppers shop in each phase, beside the time that replacing takes. */
  seconds: number
  shoppers: number
  /** For servers, logs and data; nothing may be in it. */
  dir: string
  log: (line: string) => void
  /** Gives the run up. */
  signal: AbortSignal
}

/** One phase of the run: which code ran on which schema. */
export interface Phase {
  what: string
  /** Since the load began. */
  fromS: number
  untilS: number
  /** Orders that were begun in it. */
  orders: number
}

export interface UpgradeResult {
  older: string
  newer: string
  passed: boolean
  order: RollOrder
  phases: Phase[]
  load: Shopping & { orders: number; failedTries: Record<string, number> }
  /** Processes that got SIGTERM and were replaced, and the longest time that one took to end. */
  replaced: { processes: number; longestMs: number }
  events: number
  settled: Settled
  books: StatusCounts
  /** What shows that the versions do not fit. */
  misfits: string[]
  promises: PromiseResult[]
}

/** Long enough that an order is paid while a service is replaced on a busy machine, s: it decides the orders' time to pay. */
const secondsForTtl = 60
const settleTimeoutMs = 6 * 60_000
const logEveryMs = 10_000
/** A member that did not leave its group is removed when its session ends; the rest is for a busy machine. */
const groupsTimeoutMs = 120_000
const seed = 1

/**
 * Starts the older revision under load, runs the newer one's migrations and topics, replaces every replica by the newer
 * revision, goes back once, and forth again; then waits until all has settled, and judges every promise.
 *
 * @throws Error naming what does not fit, as soon as it shows: the rest of the run would only wait for what never settles
 */
export async function runUpgrade(options: UpgradeOptions): Promise<UpgradeResult> {
  const { older, dir, log, signal } = options
  const system = await startSystemUnderTest({
    ...{ dir, log, brokers: 1, fillsDisk: false, seconds: secondsForTtl, root: older.root },
    label: 'npm run upgrade-test',
  })
  let passed = false
  try {
    const givenUp = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the run was aborted')))
      if (signal.aborted) reject(new Error('the run was aborted'))
    })
    const crashed = system.crashed.then(({ name, how, logFile }) => {
      throw new Error(`${name} ended (${how}), which this run does not replace: see ${logFile}`)
    })
    // After the run all components end.
    crashed.catch(() => {})
    const result = await Promise.race([runOn(system, options), givenUp, crashed])
    passed = result.passed
    return result
  } finally {
    await system.stop({ keep: !passed && !signal.aborted })
  }
}

async function runOn(system: SystemUnderTest, options: UpgradeOptions): Promise<UpgradeResult> {
  const { older, newer, order, log, signal } = options
  const scores = new PromiseScores()
  const clientLog = new ClientLog()
  const client = retryingClient(system.gatewayUrls, reason => clientLog.retried(reason))
  const skus = await openShop(system.jwtSecret, client, secondsForTtl)
  const shutdowns: Shutdowns = { older: [], newer: [] }
  const { phases, shopping } = await underLoad(system, { ...options, clientLog, client, skus, scores, shutdowns })
  log(`the load has ended: ${clientLog.keys.size} orders were begun`)
  const settled = await waitUntilSettled(system, { timeoutMs: settleTimeoutMs, log, signal })
  judgeSettled(settled, system.ends, scores)
  log(`${settled.left.length === 0 ? '✔ settled' : '✖ not settled'} after ${settled.tookS} s`)
  await resendKeys(clientLog, client, scores)
  const books = await countByStatus(system.databases)
  const unjudged: string[] = []
  const events = await judgeEverything(system, { clientLog, isSettled: settled.left.length === 0 }, scores).catch(
    error => {
      // The checks read the schema of this repository, which a version that does not fit may have changed.
      unjudged.push(`the checks could not run to their end: ${(error as Error).message}`)
      return 0
    },
  )
  const last = await Promise.all(system.replicas.map(replica => replica.stop()))
  const replaced = shutdowns.older.length + shutdowns.newer.length
  shutdowns.newer.push(...last.filter(one => one !== undefined))
  // How the older version ends can't be mended any more: it must end in time.
  judgeShutdowns(shutdowns.older, { expectZero: false }, scores)
  judgeShutdowns(shutdowns.newer, { expectZero: true }, scores)
  const { failedTries } = clientLog
  const misfits = [...judgeUpgrade({ failedTries, refused: shopping.refused, ends: system.ends }), ...unjudged]
  const promises = scores.results()
  return {
    older: older.name,
    newer: newer.name,
    passed: misfits.length === 0 && promises.every(({ result }) => result !== 'broken'),
    ...{ order, phases, events, settled, books, misfits, promises },
    load: { orders: clientLog.keys.size, ...shopping, failedTries },
    replaced: {
      processes: replaced,
      longestMs: Math.max(0, ...[...shutdowns.older, ...shutdowns.newer].map(({ tookMs }) => tookMs)),
    },
  }
}

/** Judges every promise; returns how many events were published. */
async function judgeEverything(
  system: SystemUnderTest,
  { clientLog, isSettled }: { clientLog: ClientLog; isSettled: boolean },
  scores: PromiseScores,
): Promise<number> {
  const { events } = await judgeAll(system, { clientLog, shutdowns: [], poison: [], absences: [] }, scores)
  if (isSettled) await judgeBill(system, scores)
  return events
}

/** How processes of each version ended. */
type Shutdowns = Record<'older' | 'newer', Shutdown[]>

interface LoadOptions extends UpgradeOptions {
  clientLog: ClientLog
  client: ReturnType<typeof retryingClient>
  skus: string[]
  scores: PromiseScores
  /** Receives each end of a process that is replaced. */
  shutdowns: Shutdowns
}

/** Runs all phases while shoppers shop. */
async function underLoad(
  system: SystemUnderTest,
  options: LoadOptions,
): Promise<{ phases: Phase[]; shopping: Shopping }> {
  const { newer, order, seconds, shoppers, clientLog, client, skus, scores, log, signal } = options
  const closing = new AbortController()
  const stop = AbortSignal.any([closing.signal, signal])
  const load = runShoppers({
    ...{ client, clientLog, skus, shoppers, stop, alipay: simulatorClient(system.simulatorUrl) },
    jwtSecret: system.jwtSecret,
    random: seededRandom(seed),
    randomMethods: seededRandom(seed + 1),
    randomAddresses: seededRandom(seed + 2),
    leftMs: () => Number.POSITIVE_INFINITY,
  })
  const failing = load.then(() => new Promise<never>(() => {}))
  failing.catch(() => {})
  const audits = auditUnderLoad(system, scores, stop)
  const startedAtMs = performance.now()
  const elapsedS = () => Math.round((performance.now() - startedAtMs) / 100) / 10
  const phases: Phase[] = []
  const progress = setInterval(() => log(`  ${elapsedS()} s: ${clientLog.keys.size} orders begun`), logEveryMs)
  let current = ''
  const assertFits = async () => {
    const misfits = await findMisfits(system, clientLog)
    if (misfits.length > 0) throw new Error([`the versions do not fit: ${current}`, ...misfits].join('\n  ✖ '))
  }
  async function phase(what: string, work: () => Promise<unknown>): Promise<void> {
    const [fromS, before] = [elapsedS(), clientLog.keys.size]
    current = what
    log(`… ${what}`)
    await Promise.race([work().then(() => pause(seconds * 1000, stop)), failing])
    await assertFits()
    phases.push({ what, fromS, untilS: elapsedS(), orders: clientLog.keys.size - before })
    log(`✔ ${what} (${(elapsedS() - fromS).toFixed(1)} s)`)
  }
  try {
    await phase('the older version serves', async () => {})
    await phase('the older version serves on the newer schema', () => system.migrate(newer.root))
    const replacing = { ...options, assertFits }
    await phase('replaced by the newer version', () => replaceAll(system, 'newer', order.services, replacing))
    await phase('back to the older version', () => replaceAll(system, 'older', order.services.toReversed(), replacing))
    await phase('replaced by the newer version again', () => replaceAll(system, 'newer', order.services, replacing))
    closing.abort()
    const shopping = await load
    await audits
    return { phases, shopping }
  } finally {
    clearInterval(progress)
    closing.abort()
  }
}

/**
 * Replaces service by service, and replica by replica, each when the one before it is ready and the consumer groups have
 * shared the partitions anew.
 */
async function replaceAll(
  system: SystemUnderTest,
  by: 'older' | 'newer',
  services: RollOrder['services'],
  { shutdowns, log, signal, assertFits, ...versions }: LoadOptions & { assertFits: () => Promise<void> },
): Promise<void> {
  for (const service of services) {
    for (const replica of system.replicas.filter(one => one.service === service)) {
      signal.throwIfAborted()
      replica.setRoot(versions[by].root)
      const shutdown = await replica.terminate()
      if (shutdown !== undefined) shutdowns[by === 'newer' ? 'older' : 'newer'].push(shutdown)
      await replica.untilReady()
      await untilGroupsAreStable(system)
      await assertFits()
    }
    log(`  ${service} is replaced`)
  }
}

/** Waits until both replicas of each consuming service are members of its group, and no group is rebalanced. */
async function untilGroupsAreStable({ kafkaBrokers }: SystemUnderTest): Promise<void> {
  await waitUntil(
    () =>
      withAdmin(kafkaBrokers, async admin => {
        const { groups } = await admin.describeGroups(Object.keys(consumedTopics))
        return groups.every(({ state, members }) => state === 'Stable' && members.length === 2)
      }),
    { what: 'the consumer groups are stable', timeoutMs: groupsTimeoutMs, everyMs: 250 },
  )
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
