import type { KafkaConnection } from '@alipay-checkout/service-kit/connections'
import { checkDatabases } from './check-databases.ts'
import { checkDeadLetters, readAllDeadLetters } from './check-dead-letters.ts'
import { checkOrder } from './check-order.ts'
import { type DatabaseUrls, type Snapshots, withSnapshots } from './databases.ts'
import { isSettled, type OrderLedger } from './ledger-rows.ts'
import { mergeByKey } from './merge.ts'
import type { Break, PromiseNumber } from './promises.ts'
import { readAlipay } from './read-alipay.ts'
import { readOrders, readPayments, readStock } from './read-ledgers.ts'

export interface AuditOptions {
  databases: DatabaseUrls
  /** The simulator, whose ledger is compared; without it those checks are left out. */
  simulatorUrl?: string | undefined
  /** Where dead letters are read; without it they are left out. */
  kafka?: KafkaConnection | undefined
  /** Orders that changed less than this ago are not judged, s: the rest of the change may be in flight. */
  settleSeconds: number
}

export interface AuditReport {
  /** Orders that were judged, and those that changed too recently. */
  orders: number
  moving: number
  alipay: 'compared' | 'not asked'
  /** How many breaks there are of each promise that is broken. */
  counts: Partial<Record<PromiseNumber, number>>
  /** The first of each promise. */
  breaks: Break[]
}

/** Breaks listed per promise: memory stays bounded however much is broken. */
const listedMax = 100

/**
 * Reads all ledgers in snapshots of the same moment, and returns every broken promise. It only reads, in batches, so that
 * memory is bounded whatever the number of orders.
 *
 * @throws Error when a ledger can't be read
 */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { databases, simulatorUrl, kafka, settleSeconds } = options
  const letters = kafka === undefined ? [] : await readAllDeadLetters(kafka)
  const report: AuditReport = {
    orders: 0,
    moving: 0,
    alipay: simulatorUrl === undefined ? 'not asked' : 'compared',
    counts: {},
    breaks: [],
  }
  const add = (found: Break) => {
    const count = (report.counts[found.promise] ?? 0) + 1
    report.counts[found.promise] = count
    if (count <= listedMax) report.breaks.push(found)
  }
  await withSnapshots(databases, async snapshots => {
    const settledMs = snapshots.takenAtMs - settleSeconds * 1_000
    for (const found of await checkDatabases(snapshots, settledMs)) add(found)
    for (const found of await checkDeadLetters(letters, snapshots, settledMs)) add(found)
    for await (const ledger of joinLedgers(snapshots, simulatorUrl)) {
      if (!isSettled(ledger, settledMs)) {
        report.moving += 1
        continue
      }
      report.orders += 1
      const found = checkOrder(ledger, { nowMs: settledMs, alipayKnown: simulatorUrl !== undefined })
      for (const one of found) add(one)
    }
  })
  report.breaks.sort((a, b) => a.promise - b.promise)
  return report
}

/** An order that breaks a promise, and what each service has of it. */
export interface BrokenOrder {
  ledger: OrderLedger
  breaks: Break[]
}

/**
 * Finds the orders about which the three services disagree, or of which one waits for another, whenever they changed.
 * Alipay's ledger is not read.
 *
 * @param options.limit found at most, so that memory stays bounded
 * @param options.only the orders to look at; all without it
 * @throws Error when a database can't be read
 */
export async function findBrokenOrders(
  databases: DatabaseUrls,
  { limit, only }: { limit: number; only?: readonly string[] },
): Promise<BrokenOrder[]> {
  const found: BrokenOrder[] = []
  await withSnapshots(databases, async snapshots => {
    for await (const ledger of joinLedgers(snapshots, undefined, only)) {
      const breaks = checkOrder(ledger, { nowMs: snapshots.takenAtMs, alipayKnown: false })
      if (breaks.length > 0) found.push({ ledger, breaks })
      if (found.length >= limit) return
    }
  })
  return found
}

function joinLedgers(
  { orders, payments, inventory }: Snapshots,
  simulatorUrl: string | undefined,
  only?: readonly string[],
): AsyncGenerator<OrderLedger> {
  return mergeByKey({
    order: readOrders(orders, only),
    payment: readPayments(payments, only),
    stock: readStock(inventory, only),
    alipay: simulatorUrl === undefined ? none() : readAlipay(simulatorUrl),
  })
}

async function* none(): AsyncGenerator<never> {}
