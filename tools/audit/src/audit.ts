import { checkDatabases } from './check-databases.ts'
import { checkOrder } from './check-order.ts'
import { checkParked, readParked } from './check-parked.ts'
import { type DatabaseUrls, type Snapshots, withSnapshots } from './databases.ts'
import { isSettled, type OrderFacts } from './facts.ts'
import { mergeByKey } from './merge.ts'
import type { Break, PromiseNumber } from './promises.ts'
import { readAlipay } from './read-alipay.ts'
import { readOrders, readPayments, readStock } from './read-books.ts'

export interface AuditOptions {
  databases: DatabaseUrls
  /** Where Alipay's books can be read; without it what only they can show is left out. */
  simulatorUrl?: string | undefined
  /** Where parked messages can be read; without it they are left out. */
  kafkaBrokers?: string | undefined
  /** What changed less than this ago may still be on its way and is not judged, s. */
  settleSeconds: number
}

export interface AuditReport {
  /** Orders that were judged, and those that changed too lately to be. */
  orders: number
  moving: number
  alipay: 'compared' | 'not asked'
  /** How many breaks there are of each promise that is broken. */
  counts: Partial<Record<PromiseNumber, number>>
  /** The first of each promise. */
  breaks: Break[]
}

/** Breaks kept of each promise: memory stays bounded however much is broken. */
const keptMax = 100

/**
 * Reads all books, in one look, and gives back every broken promise that they show. Only reads; memory is bounded by
 * batches, whatever the number of orders.
 *
 * @throws Error when a book can't be read
 */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const { databases, simulatorUrl, kafkaBrokers, settleSeconds } = options
  const letters = kafkaBrokers === undefined ? [] : await readParked(kafkaBrokers)
  const report: AuditReport = {
    orders: 0,
    moving: 0,
    alipay: simulatorUrl === undefined ? 'not asked' : 'compared',
    counts: {},
    breaks: [],
  }
  const tell = (found: Break) => {
    const count = (report.counts[found.promise] ?? 0) + 1
    report.counts[found.promise] = count
    if (count <= keptMax) report.breaks.push(found)
  }
  await withSnapshots(databases, async snapshots => {
    const settledMs = snapshots.takenAtMs - settleSeconds * 1_000
    for (const found of await checkDatabases(snapshots, settledMs)) tell(found)
    for (const found of await checkParked(letters, snapshots, settledMs)) tell(found)
    for await (const facts of readFacts(snapshots, simulatorUrl)) {
      if (!isSettled(facts, settledMs)) {
        report.moving += 1
        continue
      }
      report.orders += 1
      const found = checkOrder(facts, { nowMs: settledMs, alipayKnown: simulatorUrl !== undefined })
      for (const one of found) tell(one)
    }
  })
  report.breaks.sort((a, b) => a.promise - b.promise)
  return report
}

function readFacts(
  { orders, payments, inventory }: Snapshots,
  simulatorUrl: string | undefined,
): AsyncGenerator<OrderFacts> {
  return mergeByKey({
    order: readOrders(orders),
    payment: readPayments(payments),
    stock: readStock(inventory),
    alipay: simulatorUrl === undefined ? none() : readAlipay(simulatorUrl),
  })
}

async function* none(): AsyncGenerator<never> {}
