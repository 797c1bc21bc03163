import { readFileSync } from 'node:fs'
import { type AuditReport, audit } from '@alipay-checkout/audit'
import { openKafka, readDeadLetters } from '@alipay-checkout/messaging'
import { createLogger } from '@alipay-checkout/service-kit'
import { type SimulatedNotify, simulatorClient, withDatabase } from '@alipay-checkout/test-support'
import { consumingServices } from '../fault.ts'
import type { FaultContext } from '../faults/context.ts'
import type { ClientLog } from '../load/client-log.ts'
import type { SystemUnderTest } from '../system/system-under-test.ts'
import { warehouseGroup } from '../system/warehouse.ts'
import { readEvents } from './events.ts'
import { countRepeats, judgeEvents, type Published } from './judge-events.ts'
import { judgeNotifies } from './judge-notifies.ts'
import { judgeAbsences, judgeCrashes, judgeShutdowns } from './judge-processes.ts'
import { judgeResponses, type OrderRow } from './judge-responses.ts'
import { judgeWarehouse } from './judge-warehouse.ts'
import { readWarehouse } from './read-warehouse.ts'
import type { PromiseScores } from './scores.ts'

/** What only the run itself has recorded. */
export type Recorded = Pick<FaultContext, 'shutdowns' | 'poison' | 'absences'> & { clientLog: ClientLog }

/** Judges the settled system: the ledgers of all services and of Alipay, the events, and what clients received. */
export async function judgeAll(
  system: SystemUnderTest,
  recorded: Recorded,
  scores: PromiseScores,
): Promise<{ events: number; repeats: number }> {
  const { databases, simulatorUrl, kafkaBrokers } = system
  judgeReport(await audit({ databases, simulatorUrl, kafka: { brokers: kafkaBrokers }, settleSeconds: 0 }), scores)
  await countChecked(system, scores)
  const events = await readEvents(kafkaBrokers, ['order.events', 'payment.events', 'inventory.events'])
  judgeEvents(events, await readPublished(system), scores)
  judgeWarehouse(events, await readWarehouse(system.warehouse.databaseUrl), scores)
  judgeResponses(recorded.clientLog.keys.values(), await readOrders(databases.orders), scores)
  const notifies = await readNotifies(system)
  judgeNotifies(notifies, await readStoredNotifyIds(databases.payments), scores)
  await judgeDeadLetters(system, recorded.poison, scores)
  judgeClientLog(recorded.clientLog, scores)
  judgeShutdowns(recorded.shutdowns, { expectZero: false }, scores)
  judgeAbsences(recorded.absences, scores)
  for (const { name, logFile } of system.replicas) judgeCrashes(name, readFileSync(logFile, 'utf8'), scores)
  return { events: events.length, repeats: countRepeats(events) }
}

/** Adds what the audit found broken. What it has checked is counted separately. */
export function judgeReport({ breaks, counts }: AuditReport, scores: PromiseScores): void {
  for (const { promise, about, what } of breaks) scores.broken(promise, about, what)
  for (const [promise, count] of Object.entries(counts)) {
    const listed = breaks.filter(one => String(one.promise) === promise).length
    if (count > listed)
      scores.broken(Number(promise) as keyof typeof counts, 'the audit', `${count - listed} more of these`)
  }
}

async function countChecked({ databases }: SystemUnderTest, scores: PromiseScores): Promise<void> {
  const [orders] = await withDatabase(
    databases.orders,
    sql => sql<{ all: number; late: number; expired: number }[]>`
      select count(*)::int as all, count(accepted_late_at)::int as late,
        count(*) filter (where status = 'EXPIRED')::int as expired from orders`,
  )
  const [money] = await withDatabase(
    databases.payments,
    sql => sql<{ trades: number; orders: number; refunds: number; late: number; suspect: number }[]>`
      select count(*)::int as trades, count(distinct order_id)::int as orders,
        (select count(*)::int from refunds) as refunds,
        (select count(*)::int from refunds where reason = 'late_payment') as late,
        (select count(*)::int from cases) as suspect
      from attempts where status = 'PAID'`,
  )
  const [skus] = await withDatabase(
    databases.inventory,
    sql => sql<{ n: number }[]>`select count(*)::int as n from stock_levels`,
  )
  scores.checked(1, 'SKUs at the end', skus?.n ?? 0)
  scores.checked(1, 'orders and their stock', orders?.all ?? 0)
  scores.checked(3, 'paid trades', money?.trades ?? 0)
  scores.checked(4, 'orders that were paid', money?.orders ?? 0)
  scores.checked(5, 'late payments', (orders?.late ?? 0) + (money?.late ?? 0))
  scores.checked(6, 'refunds', money?.refunds ?? 0)
  scores.checked(7, 'orders that all services have', orders?.all ?? 0)
  scores.checked(10, 'orders that expired', orders?.expired ?? 0)
  scores.checked(12, 'cases', money?.suspect ?? 0)
  scores.checked(13, 'trades and refunds in both ledgers', (money?.trades ?? 0) + (money?.refunds ?? 0))
}

async function readPublished({ databases }: SystemUnderTest): Promise<Published> {
  const orders = await withDatabase(
    databases.orders,
    sql => sql<Published['orders']>`select order_id as "orderId", status from orders`,
  )
  return withDatabase(databases.payments, async sql => ({
    orders,
    trades: await sql<Published['trades']>`
      select order_id as "orderId", out_trade_no as "outTradeNo" from attempts where status = 'PAID'`,
    refunds: await sql<Published['refunds']>`
      select order_id as "orderId", refund_id as "refundId" from refunds where status = 'SUCCEEDED'`,
  }))
}

const readOrders = (url: string): Promise<OrderRow[]> =>
  withDatabase(url, async sql => {
    const rows = await sql<{ orderId: string; customerId: string; totalFen: string }[]>`
      select order_id as "orderId", customer_id as "customerId", total_fen as "totalFen" from orders`
    return rows.map(row => ({ ...row, totalFen: Number(row.totalFen) }))
  })

/** The notifies of every paid trade. */
async function readNotifies({ simulatorUrl, databases }: SystemUnderTest): Promise<SimulatedNotify[]> {
  const trades = await withDatabase(
    databases.payments,
    sql => sql<{ no: string }[]>`select out_trade_no as no from attempts where status = 'PAID'`,
  )
  const { readNotifies: readNotifiesOf } = simulatorClient(simulatorUrl)
  const notifies: SimulatedNotify[] = []
  for (const { no } of trades) notifies.push(...(await readNotifiesOf(no)))
  return notifies
}

const readStoredNotifyIds = (url: string): Promise<Set<string>> =>
  withDatabase(url, async sql => {
    const rows = await sql<{ id: string }[]>`select distinct notify_id as id from notifies`
    return new Set(rows.map(({ id }) => id))
  })

/** Checks that each poison record is dead-lettered by every group that consumes it, and no other record is. */
async function judgeDeadLetters(
  { kafkaBrokers }: SystemUnderTest,
  poison: Recorded['poison'],
  scores: PromiseScores,
): Promise<void> {
  const kafka = openKafka({ brokers: kafkaBrokers, clientId: 'faults', logger: createLogger('faults', 'silent') })
  const letters = (await readDeadLetters(kafka, [...consumingServices, warehouseGroup])).map(letter => ({
    ...letter,
    key: letter.message.key?.toString() ?? '',
  }))
  const sent = new Set(poison.map(({ group, key }) => `${group} ${key}`))
  const deadLettered = new Set(letters.map(({ groupId, key }) => `${groupId} ${key}`))
  scores.checked(9, 'records that cannot be handled', sent.size)
  for (const one of sent) if (!deadLettered.has(one)) scores.broken(9, one, 'it was not dead-lettered')
  for (const { groupId, id, key, type, reason } of letters) {
    if (sent.has(`${groupId} ${key}`)) continue
    scores.broken(7, key, `a valid ${type ?? 'record'} was dead-lettered (${groupId} ${id}): ${reason}`)
  }
}

function judgeClientLog(clientLog: ClientLog, scores: PromiseScores): void {
  scores.checked(15, 'attempts by other customers', clientLog.trespassesTried)
  for (const trespass of clientLog.trespasses) scores.broken(15, 'another customer', trespass)
  for (const orderId of new Set(clientLog.missing)) scores.broken(16, orderId, 'it was answered 404 to its customer')
  for (const request of clientLog.unanswered)
    scores.broken(16, 'a client', `no final response within three minutes: ${request}`)
}
