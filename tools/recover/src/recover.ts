import { setTimeout as delay } from 'node:timers/promises'
import { type Break, type BrokenOrder, findBrokenOrders } from '@alipay-checkout/audit'
import { consumedTopics } from '@alipay-checkout/contracts'
import { createLagReader, type LagReader } from '@alipay-checkout/messaging'
import type { Config } from './config.ts'
import { type Ledgers, openLedgers } from './ledgers.ts'
import { type LostTime, lostTimeOf } from './lost-time.ts'
import { differingTwice, planRound, signatureOf } from './plan.ts'
import { type Payable, queryPayable } from './query-payable.ts'
import { connectServices, type RebuildAnswer, type Services } from './services.ts'
import { noteUnclear } from './unclear.ts'

export interface RecoverOptions {
  config: Config
  /** The time whose changes may be lost; what is left out is read from the restored databases. */
  lost: Partial<LostTime>
  log: (line: string) => void
  signal: AbortSignal
}

/** What was done, and what is left for a person. */
export interface Recovery {
  rounds: number
  /** Orders about which the services disagreed at the beginning. */
  found: number
  /** Orders that order-service lost and has again. */
  rebuilt: string[]
  /** Orders that order-service lost and that can't be rebuilt, with the reason. */
  notRebuilt: RebuildAnswer['notRebuilt']
  cancelled: string[]
  /** Attempts about whose last query Alipay gave no clear answer. */
  unclear: string[]
  /** Queries about orders that could be paid in the lost time; undefined where that time is not known. */
  payable: Payable | undefined
  left: Break[]
  openCases: number
}

/** Some repairs need the outcome of others: an order is rebuilt, then its stock is reserved, then its payment is queried. */
const roundsMax = 8
/** Orders repaired in one round, so that memory stays bounded; the next round goes on. */
const brokenMax = 20_000
/** A group is rebalanced for some seconds after its services started. */
const quietTimeoutMs = 90_000
const everyMs = 1_000
/** An order that is changing has gone on after this time, ms. */
const changingMs = 3_000

/**
 * Has the three services publish what they know about each order about which they disagree, until they agree or nothing
 * changes any more, and queries Alipay about orders that they agree are unpaid. May be repeated, also while the system
 * serves.
 */
export async function recover({ config, lost: given, log, signal }: RecoverOptions): Promise<Recovery> {
  const ledgers = openLedgers(config)
  const services = connectServices(config)
  const lags = createLagReader({
    kafka: config.kafka,
    clientId: 'recover',
    groups: consumedTopics,
  })
  const databases = {
    orders: config.ORDER_DATABASE_URL,
    payments: config.PAYMENT_DATABASE_URL,
    inventory: config.INVENTORY_DATABASE_URL,
  }
  const result: Recovery = {
    ...{ rounds: 0, found: 0, rebuilt: [], notRebuilt: [], cancelled: [], unclear: [] },
    ...{ payable: undefined, left: [], openCases: 0 },
  }
  const unclear = new Set<string>()
  const read = (): Promise<readonly BrokenOrder[]> => readBroken(databases, signal)
  const quiet = () => untilQuiet({ ledgers, lags, signal, log })

  /** Runs rounds until nothing differs or a round has changed nothing; returns what differs then. */
  async function agree(first: readonly BrokenOrder[]): Promise<readonly BrokenOrder[]> {
    let broken = first
    for (let before = '', round = 1; round <= roundsMax; round++, broken = await read()) {
      const billed = await ledgers.readBilledAttempts()
      const found = [signatureOf(broken), ...billed.map(({ outTradeNo }) => outTradeNo)].join('\n')
      if (found === before || (broken.length === 0 && billed.length === 0)) break
      before = found
      result.rounds += 1
      log(`round ${result.rounds}: ${broken.length} orders differ${describeCounts(broken)}`)
      await runRound({ broken, billed }, { services, ledgers, result, unclear })
      await quiet()
    }
    return broken
  }

  try {
    const { moments, now } = await ledgers.readMoments()
    const lost = lostTimeOf(given, moments, now)
    await services.republishProducts()
    await quiet()
    let broken = await read()
    result.found = broken.length
    broken = await agree(broken)
    // Last, because only now has payment-service the orders that it lost, and order-service those that it lost.
    if (lost) {
      const payable = await queryPayable(lost, { ledgers, services, unclear, signal, log })
      if (payable.paid.length > 0) {
        await quiet()
        broken = await agree(await read())
      }
      result.payable = payable
    }
    result.unclear = [...unclear]
    result.left = broken.flatMap(({ breaks }) => breaks)
    result.openCases = await ledgers.countOpenCases()
    return result
  } finally {
    await Promise.all([ledgers.close(), lags.close()])
  }
}

/** Finds the orders that differ, without those that are changing while the system serves. */
async function readBroken(
  databases: Parameters<typeof findBrokenOrders>[0],
  signal: AbortSignal,
): Promise<BrokenOrder[]> {
  const limit = brokenMax
  const found = await findBrokenOrders(databases, { limit })
  if (found.length === 0) return found
  await delay(changingMs, undefined, { signal })
  return differingTwice(
    found,
    await findBrokenOrders(databases, { limit, only: found.map(({ ledger }) => ledger.key) }),
  )
}

async function runRound(
  { broken, billed }: { broken: readonly BrokenOrder[]; billed: { orderId: string; outTradeNo: string }[] },
  {
    services,
    ledgers,
    result,
    unclear,
  }: { services: Services; ledgers: Ledgers; result: Recovery; unclear: Set<string> },
): Promise<void> {
  const plan = planRound(broken)
  for (const { orderId, outTradeNo } of billed) {
    plan.outTradeNos.set(orderId, [...(plan.outTradeNos.get(orderId) ?? []), outTradeNo])
  }
  if (plan.rebuild.length > 0) {
    const { rebuilt, notRebuilt } = await services.rebuildOrders(await ledgers.readLost(plan.rebuild))
    result.rebuilt.push(...rebuilt)
    result.notRebuilt = notRebuilt
  }
  const orderIds = [...new Set([...plan.republish, ...plan.outTradeNos.keys()])]
  // Alipay's answers come first: what order-service then receives is complete.
  const queried = await services.republishPayments(
    orderIds.map(orderId => {
      const outTradeNos = plan.outTradeNos.get(orderId)
      const paidBy = plan.paidBy.get(orderId)
      return { orderId, ...(outTradeNos ? { outTradeNos } : {}), ...(paidBy ? { paidBy } : {}) }
    }),
  )
  noteUnclear(unclear, queried)
  await services.republishStock(plan.republish)
  // payment-service can refund a trade only once it knows that it is paid.
  await services.republishOrders(plan.republish, { refunds: result.rounds > 1 })
  // The first round may bring the stock, or the payment, that such an order waits for.
  if (result.rounds > 1) {
    for (const orderId of plan.cancel) {
      await services.cancelOrder(orderId)
      result.cancelled.push(orderId)
    }
  }
}

function describeCounts(broken: readonly BrokenOrder[]): string {
  const counts = new Map<string, number>()
  for (const { ledger } of broken) {
    const { order, payment, stock } = ledger
    const what = [
      order?.status ?? 'no order',
      payment?.status ?? 'no payment',
      stock?.lines[0]?.status ?? 'no stock',
    ].join(' / ')
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  const lines = [...counts].sort(([, a], [, b]) => b - a).map(([what, count]) => `\n    ${count} × ${what}`)
  return lines.join('')
}

/** Waits until every event is published and consumed. */
async function untilQuiet({
  ledgers,
  lags,
  signal,
  log,
}: {
  ledgers: Ledgers
  lags: LagReader
  signal: AbortSignal
  log: (line: string) => void
}): Promise<void> {
  const giveUpAtMs = performance.now() + quietTimeoutMs
  for (;;) {
    signal.throwIfAborted()
    const [waiting, groups] = await Promise.all([ledgers.countWaiting(), lags.read()])
    const isRead = groups.every(({ topics }) => topics?.every(({ lag }) => lag === 0))
    if (waiting === 0 && isRead) return
    if (performance.now() > giveUpAtMs) {
      log(`⚠ events are still on their way after ${quietTimeoutMs / 1000} s: are all services running?`)
      return
    }
    await delay(everyMs, undefined, { signal }).catch(() => {})
  }
}
