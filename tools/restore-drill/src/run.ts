import { setTimeout as delay } from 'node:timers/promises'
import { type AuditReport, audit } from '@alipay-checkout/audit'
import type { Case } from '@alipay-checkout/contracts'
import {
  ClientLog,
  countByStatus,
  openShop,
  retryingClient,
  runShoppers,
  type Shopping,
  type StatusCounts,
  seededRandom,
  withAdmin,
} from '@alipay-checkout/faults'
import { compareBill, readLag, readOutboxes, simulatorClient, withDatabase } from '@alipay-checkout/test-support'
import type { Moment } from './cluster.ts'
import { type Commands, commandsFor, type RecoverResult } from './commands.ts'
import { compareInventories, type Inventory, type Loss, readInventory } from './lost.ts'
import { decideAfterQuery, decideCase } from './person.ts'
import { type DrillSystem, openSystem } from './system.ts'

export interface DrillOptions {
  /** How long shoppers shop before the moments to which the databases are restored. */
  seconds: number
  shoppers: number
  /** For servers, logs and data; nothing may be in it. */
  dir: string
  log: (line: string) => void
  /** Gives the run up. */
  signal: AbortSignal
}

export interface DrillResult {
  passed: boolean
  /** Orders that were begun before the disaster. */
  orders: number
  /** How long before the disaster each database's moment was, s. */
  restoredToS: Record<string, number>
  /** What the restored ledgers lack of those before the disaster. */
  lost: Record<keyof Inventory, Loss>
  recoveries: RecoverResult[]
  /** What a person decided, with the case. */
  decided: { what: string; kind: string; summary: string }[]
  undecided: string[]
  audit: Pick<AuditReport, 'orders' | 'counts' | 'breaks'>
  books: StatusCounts
  shopping: Shopping
  /** How long each step took, s. */
  steps: { what: string; tookS: number }[]
}

/** Orders can be paid this long, s: long enough for a shopper on a busy machine, short enough to see them expire. */
const ttlS = 25
/** Databases are restored to moments this long apart, ms. */
const betweenMomentsMs = 5_000
const settleTimeoutMs = 6 * 60_000
const seed = 1
/** Cases lead to others: a trade is recorded, then its refund is found. */
const passesMax = 5
/** Cases decided at the same time: each is a command. */
const peopleMax = 4

/** Loses everything but Alipay under load, restores it, recovers what is missing, and audits it. */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const system = await openSystem(options.dir, { ttlS, log: options.log })
  const givenUp = new Promise<never>((_, reject) => {
    options.signal.addEventListener('abort', () => reject(new Error('the drill was aborted')))
    if (options.signal.aborted) reject(new Error('the drill was aborted'))
  })
  try {
    return await Promise.race([drill(system, options), givenUp])
  } finally {
    await system.stop()
  }
}

async function drill(system: DrillSystem, options: DrillOptions): Promise<DrillResult> {
  const { log, signal } = options
  const steps: DrillResult['steps'] = []
  async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
    log(`… ${what}`)
    const since = performance.now()
    const result = await work()
    const tookS = Math.round((performance.now() - since) / 100) / 10
    steps.push({ what, tookS })
    log(`✔ ${what} (${tookS} s)`)
    signal.throwIfAborted()
    return result
  }

  await step('services', async () => {
    await system.startServices()
    await system.startGateway()
  })
  const { load, stopLoad } = await startLoad(system, options)
  try {
    const moments = await step('load, base backups and the moments to restore to', () =>
      backUpUnderLoad(system, options),
    )
    const before = await readInventory(system.databases)
    const disasterAtMs = Date.now()
    await step('disaster: services, databases, Kafka and Redis are lost', async () => {
      stopLoad()
      await system.loseServicesAndBrokers()
      await Promise.all(Object.values(system.clusters).map(cluster => cluster.lose()))
    })
    await step('databases restored to different moments', () =>
      Promise.all(moments.map(([cluster, { at }]) => cluster.restore(at))),
    )
    const lost = compareInventories(before, await readInventory(system.databases))
    log(describeLoss(lost))
    const commands = commandsFor(system, log)
    await step('empty Kafka and Redis', async () => {
      await system.startEmptyBrokers()
      await commands.keepDeadLetters()
    })
    await step('services without the gateway', () => system.startServices())
    const recoveries = [await step('npm run recover', () => commands.recover())]
    await step('gateway', () => system.startGateway())
    const shopping = await step('the shoppers end', () => load)
    const { decided, undecided } = await step('bill, cases and recovery', () =>
      workThroughCases(system, commands, { recoveries, log }),
    )
    const settled = await step('settling', () => untilSettled(system, signal))
    const report = await audit({ ...auditOptions(system), settleSeconds: 0 })
    const restoredToS = Object.fromEntries(
      moments.map(([{ name }, { at }]) => [name, Math.round((disasterAtMs - at.getTime()) / 100) / 10]),
    )
    return {
      passed: report.breaks.length === 0 && undecided.length === 0 && settled,
      ...{ orders: before.orders.size, restoredToS, lost, recoveries, decided, undecided, shopping, steps },
      audit: { orders: report.orders, counts: report.counts, breaks: report.breaks },
      books: await countByStatus(system.databases),
    }
  } finally {
    stopLoad()
  }
}

const auditOptions = ({ databases, simulatorUrl, kafkaBrokers }: DrillSystem) => ({
  databases,
  simulatorUrl,
  kafka: { brokers: kafkaBrokers() },
})

async function startLoad(
  system: DrillSystem,
  { shoppers, seconds, signal }: DrillOptions,
): Promise<{ load: Promise<Shopping>; stopLoad: () => void }> {
  const clientLog = new ClientLog()
  const client = retryingClient([system.gatewayUrl], reason => clientLog.retried(reason))
  const skus = await openShop(system.jwtSecret, client, seconds)
  const closing = new AbortController()
  const load = runShoppers({
    ...{ client, clientLog, skus, shoppers, stop: AbortSignal.any([closing.signal, signal]) },
    alipay: simulatorClient(system.simulatorUrl),
    jwtSecret: system.jwtSecret,
    random: seededRandom(seed),
    randomMethods: seededRandom(seed + 1),
    randomAddresses: seededRandom(seed + 2),
    leftMs: () => Number.POSITIVE_INFINITY,
  })
  load.catch(() => {})
  return { load, stopLoad: () => closing.abort() }
}

/**
 * Takes the base backups one after the other, and later notes the moments to which each database will be restored: payments
 * first, then stock, then orders. Ends when the archives reach these moments, so that what comes after them is lost.
 */
async function backUpUnderLoad(
  { clusters }: DrillSystem,
  { seconds, log, signal }: DrillOptions,
): Promise<[DrillSystem['clusters'][keyof DrillSystem['clusters']], Moment][]> {
  const everyMs = (seconds * 1000) / 4
  for (const cluster of [clusters.orders, clusters.payments, clusters.inventory]) {
    await delay(everyMs, undefined, { signal })
    await cluster.backUp()
    log(`  base backup of ${cluster.name}`)
  }
  await delay(everyMs, undefined, { signal })
  const moments: [typeof clusters.orders, Moment][] = []
  for (const cluster of [clusters.payments, clusters.inventory, clusters.orders]) {
    moments.push([cluster, await cluster.readMoment()])
    await delay(betweenMomentsMs, undefined, { signal })
  }
  await Promise.all(moments.map(([cluster, moment]) => cluster.untilArchived(moment)))
  return moments
}

/** Compares the bill, recovers what it names, and decides cases, until none is open. */
async function workThroughCases(
  system: DrillSystem,
  commands: Commands,
  { recoveries, log }: { recoveries: RecoverResult[]; log: (line: string) => void },
): Promise<Pick<DrillResult, 'decided' | 'undecided'>> {
  const decided: DrillResult['decided'] = []
  for (let pass = 1; pass <= passesMax; pass++) {
    const differences = await reconcile(system)
    const recovery = await commands.recover()
    recoveries.push(recovery)
    // What the recovery recorded is compared again, which settles its differences and their cases.
    if (differences > 0) await reconcile(system)
    const open = await commands.listCases()
    log(`  pass ${pass}: ${differences} differences of the bill, ${recovery.left.length} left, ${open.length} cases`)
    if (open.length === 0 && recovery.left.length === 0) return { decided, undecided: [] }
    for (let from = 0; from < open.length; from += peopleMax) {
      await Promise.all(
        open.slice(from, from + peopleMax).map(async one => {
          const what = await decideOne(one, system, commands)
          if (what !== undefined) decided.push({ what, kind: one.kind, summary: one.summary })
        }),
      )
    }
  }
  const open = await commands.listCases()
  return { decided, undecided: open.map(({ kind, summary }) => `${kind}: ${summary}`) }
}

/** Decides one case as a person would. Returns what was done; undefined where the case is still open. */
async function decideOne(
  one: Case,
  { simulatorUrl }: DrillSystem,
  { resolveCase, isKnownOrder }: Commands,
): Promise<string | undefined> {
  const decision = decideCase(one)
  if (decision.do === 'nothing') return undefined
  if (decision.do === 'resolve') {
    if ((await resolveCase(one.caseId, decision.action, decision.why)) === undefined) return decision.action
    return (await resolveCase(one.caseId, 'none', decision.why)) === undefined ? 'none' : undefined
  }
  const { orderId, outTradeNo } = decision
  const refusal = await resolveCase(one.caseId, 'query_trade', 'is it paid?')
  const after = decideAfterQuery(refusal, await isKnownOrder(orderId))
  switch (after.do) {
    case 'nothing_more':
      return 'query_trade'
    case 'later':
      return undefined
    case 'refund_at_alipay':
      try {
        await simulatorClient(simulatorUrl).refund(outTradeNo, `lost-${outTradeNo}`)
      } catch {
        // Another case about the trade was decided at the same moment. The next pass queries it again.
        return undefined
      }
  }
  const what = after.do === 'resolve' ? 'none after a query' : after.do
  return (await resolveCase(one.caseId, 'none', after.why)) === undefined ? what : undefined
}

/** Compares today's bill, which Alipay has only for days that are over. Returns how many differences are open. */
async function reconcile({ simulatorUrl, serviceUrls, databases, serviceToken }: DrillSystem): Promise<number> {
  // Bills are dated in Beijing.
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
  await simulatorClient(simulatorUrl).makeBill(date)
  const { differences } = await compareBill(
    { paymentServiceUrl: serviceUrls.payment, paymentsDatabaseUrl: databases.payments, serviceToken },
    date,
  )
  return differences.filter(({ status }) => status === 'OPEN').length
}

/** Waits until no order, refund or event is on its way. Resolves to false where that does not happen in time. */
async function untilSettled(system: DrillSystem, signal: AbortSignal): Promise<boolean> {
  const giveUpAtMs = performance.now() + settleTimeoutMs
  while (performance.now() < giveUpAtMs) {
    const [orders, refunds, outboxes, lag] = await Promise.all([
      withDatabase(system.databases.orders, async sql => {
        const [row] = await sql<{ n: number }[]>`select count(*)::int as n from orders
          where status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING', 'REINSTATING')`
        return row?.n ?? 0
      }),
      withDatabase(system.databases.payments, async sql => {
        const [row] = await sql<{ n: number }[]>`
          select count(*)::int as n from refunds where status in ('REQUESTED', 'PENDING')`
        return row?.n ?? 0
      }),
      readOutboxes(system.databases),
      withAdmin(system.kafkaBrokers(), readLag),
    ])
    if (orders + refunds + outboxes + lag === 0) return true
    await delay(1_000, undefined, { signal })
  }
  return false
}

/** The loss in one line. */
function describeLoss(lost: DrillResult['lost']): string {
  const parts = Object.entries(lost).map(([name, { rows, setBack }]) => `${name} ${rows} lost, ${setBack} set back`)
  return `  ${parts.join('; ')}`
}
