import { describeEnd } from '@alipay-checkout/launcher'
import { simulatorClient } from '@alipay-checkout/test-support'
import { type AlertsResult, alertsPassed, judgeAlerts } from './alerts/judge-alerts.ts'
import { watchAlerts } from './alerts/watch-alerts.ts'
import { auditUnderLoad } from './checks/audit-under-load.ts'
import { countByStatus, type StatusCounts } from './checks/count-by-status.ts'
import { judgeAll } from './checks/judge-all.ts'
import { judgeBill } from './checks/judge-bill.ts'
import { judgeTimes, readClock, readOrderTimes } from './checks/judge-times.ts'
import { replayEverything } from './checks/replay.ts'
import { resendKeys } from './checks/resend-keys.ts'
import { type PromiseResult, PromiseScores } from './checks/scores.ts'
import { judgeSettled, type Settled, waitUntilSettled } from './checks/settle.ts'
import { ttlSeconds } from './config.ts'
import { type Family, families } from './fault.ts'
import { usualAlipayFaults } from './faults/alipay-faults.ts'
import type { FaultContext } from './faults/context.ts'
import { type FaultResult, runSchedule } from './faults/run-schedule.ts'
import { ClientLog } from './load/client-log.ts'
import { openShop } from './load/open-shop.ts'
import { type RetryingClient, retryingClient } from './load/retrying-client.ts'
import { runShoppers, type Shopping } from './load/shoppers.ts'
import { seededRandom } from './random.ts'
import { drawSchedule, type ScheduledFault } from './schedule.ts'
import type { SoakResult } from './soak/judge.ts'
import { startSampling } from './soak/sample.ts'
import { type SystemUnderTest, startSystemUnderTest } from './system/system-under-test.ts'

export interface RunOptions {
  seed: number
  /** How long shoppers shop and faults happen. */
  seconds: number
  shoppers: number
  brokers: 1 | 3
  only?: readonly Family[]
  /** Without any fault, also of Alipay: no alert may be raised. */
  quiet: boolean
  /** Whether memory, connections and other resources are sampled and judged. */
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
  faults: FaultResult[]
  /** How often a replica's process ended, for whatever reason, and was started again. */
  restarts: number
  /** Processes that ended without a signal or a fault point of this run. */
  endedByThemselves: string[]
  events: { published: number; publishedAgain: number }
  settled: Settled
  books: StatusCounts
  promises: PromiseResult[]
  alerts: AlertsResult
  soak?: SoakResult
}

/**
 * The longest wait of a refund that failed during the run: five minutes after six failures, and a quarter of an hour after
 * eight, which take 400 s (payment-service's `refund.ts`). There is at most one such wait, because faults have ended.
 */
const settleTimeoutMs = (seconds: number) => (seconds < 400 ? 6 : 16) * 60_000
/** How late a fault may begin because the ones before it took longer. */
const overtimeMs = 45_000
const logEveryMs = 10_000

/** Loads a system of its own, breaks it by the seed's schedule, waits until it has settled, and judges it. */
export async function run(options: RunOptions): Promise<RunResult> {
  const { seed, seconds, brokers, dir, log, signal } = options
  const schedule = drawSchedule({ seed, seconds, brokers, only: familiesOf(options) })
  const fillsDisk = schedule.some(({ fault }) => fault.family === 'disk')
  const system = await startSystemUnderTest({ dir, brokers, fillsDisk, seconds, log })
  let passed = false
  try {
    const result = await Promise.race([runOn(system, schedule, options), ...earlyEnds(system, signal)])
    passed = result.passed
    return result
  } finally {
    await system.stop({ keep: !passed && !signal.aborted })
  }
}

/** The faults that may happen in a run. */
function familiesOf({ quiet, only = families }: RunOptions): readonly Family[] {
  return quiet ? [] : only
}

/** Ends a run early: it is aborted, or a component ends that no fault affects. */
function earlyEnds(system: SystemUnderTest, signal: AbortSignal): Promise<never>[] {
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the run was aborted')))
  })
  const crashed = system.crashed.then(({ name, how, logFile }) => {
    throw new Error(`${name} ended (${how}), which no fault touches: see ${logFile}`)
  })
  // After the run all components end.
  crashed.catch(() => {})
  return [givenUp, crashed]
}

async function runOn(system: SystemUnderTest, schedule: ScheduledFault[], options: RunOptions): Promise<RunResult> {
  const { seed, seconds, shoppers, brokers, quiet, log, signal } = options
  const scores = new PromiseScores()
  const clientLog = new ClientLog()
  const client = retryingClient(system.gatewayUrls, reason => clientLog.retried(reason))
  const alipay = simulatorClient(system.simulatorUrl)
  const fromMs = await readClock(system.databases.orders)
  const skus = await openShop(system.jwtSecret, client, seconds)
  const sampling = options.soak ? await startSampling(system) : undefined
  const watch = await watchAlerts(system.replicas)
  const { shopping, faults, context, startedAtMs } = await breakUnderLoad(
    { system, schedule, client, alipay, clientLog, skus, scores },
    options,
  )

  log(`the load and the faults have ended: ${clientLog.keys.size} orders were begun`)
  await alipay.clearFaults()
  const settled = await waitUntilSettled(system, { timeoutMs: settleTimeoutMs(options.seconds), log, signal })
  const alerts = judgeAlerts(faults, { ...(await watch.end(startedAtMs)), quiet })
  judgeSettled(settled, system.ends, scores)
  const isAtRest = settled.left.length === 0
  log(`${isAtRest ? '✔ settled' : '✖ not settled'} after ${settled.tookS} s`)
  await resendKeys(clientLog, client, scores)
  const soak = await sampling?.finish()
  const books = await countByStatus(system.databases)
  const { events, repeats } = await judgeAll(system, { clientLog, ...context }, scores)
  const untilMs = await readClock(system.databases.orders)
  const orders = await readOrderTimes(system.databases.orders)
  judgeTimes(orders, { ttlMs: ttlSeconds(seconds) * 1000, fromMs, untilMs }, scores)
  if (isAtRest) await judgeBill(system, scores)
  if (isAtRest && familiesOf(options).includes('replay')) {
    log('replaying all events …')
    await replayEverything(system, events, scores)
  }
  const redisCrashes = faults.filter(({ family, outcome }) => family === 'redis' && outcome === 'done').length
  scores.checked(10, 'crashes of Redis', redisCrashes)
  const promises = scores.results()
  const failed = faults.some(({ outcome }) => outcome === 'failed')
  return {
    ...{ seed, seconds, shoppers, brokers, faults, settled, books, promises, alerts },
    passed:
      promises.every(({ result }) => result !== 'broken') && !failed && alertsPassed(alerts) && soak?.flat !== false,
    load: { orders: clientLog.keys.size, ...shopping, failedTries: clientLog.failedTries },
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

interface LoadedSystem {
  system: SystemUnderTest
  schedule: ScheduledFault[]
  client: RetryingClient
  alipay: ReturnType<typeof simulatorClient>
  clientLog: ClientLog
  skus: string[]
  scores: PromiseScores
}

async function breakUnderLoad(
  { system, schedule, client, alipay, clientLog, skus, scores }: LoadedSystem,
  options: RunOptions,
): Promise<{ shopping: Shopping; faults: FaultResult[]; context: FaultContext; startedAtMs: number }> {
  const { seed, seconds, shoppers, log, signal } = options
  const usual = familiesOf(options).includes('alipay') ? usualAlipayFaults(seed) : {}
  await alipay.setFaults(usual)
  log(`${shoppers} shoppers for ${seconds} s, ${schedule.length} faults drawn from seed ${seed}`)
  const startedAtMs = performance.now()
  const endsAtMs = startedAtMs + seconds * 1000
  const closing = new AbortController()
  const stop = AbortSignal.any([closing.signal, signal])
  const load = runShoppers({
    ...{ client, alipay, clientLog, skus, shoppers, stop },
    jwtSecret: system.jwtSecret,
    random: seededRandom(seed),
    randomMethods: seededRandom(seed + 1),
    randomAddresses: seededRandom(seed + 2),
    leftMs: () => endsAtMs - performance.now(),
  })
  const audits = auditUnderLoad(system, scores, stop)
  const progress = setInterval(
    () => log(`  ${Math.round((performance.now() - startedAtMs) / 1000)} s: ${clientLog.keys.size} orders begun`),
    logEveryMs,
  )
  const context: FaultContext = {
    system,
    alipay,
    usualAlipayFaults: usual,
    shutdowns: [],
    poison: [],
    absences: [],
    signal,
  }
  try {
    const faults = await Promise.race([
      runSchedule(context, schedule, { startedAtMs, latestMs: seconds * 1000 + overtimeMs, log }),
      // An unexpected error of a shopper ends the run at once.
      load.then(() => new Promise<never>(() => {})),
    ])
    const leftMs = endsAtMs - performance.now()
    if (leftMs > 0) await new Promise(resolve => setTimeout(resolve, leftMs))
    closing.abort()
    const shopping = await load
    await audits
    return { shopping, faults, context, startedAtMs }
  } finally {
    clearInterval(progress)
    closing.abort()
  }
}
