import { readFileSync } from 'node:fs'
import { type AuditReport, audit } from '@alipay-checkout/audit'
import { describeEnd } from '@alipay-checkout/launcher'
import { openKafka, readDeadLetters } from '@alipay-checkout/messaging'
import { createLogger } from '@alipay-checkout/service-kit'
import { keepers } from '../fault.ts'
import type { Witness } from '../load/witness.ts'
import type { BrokenSystem } from '../system/broken-system.ts'
import type { Shutdown } from '../system/replica.ts'
import { readEvents } from './events.ts'
import { countRepeats, judgeEvents, type Published } from './judge-events.ts'
import { judgeFalls } from './judge-falls.ts'
import { judgeNotifies, type ToldNotify } from './judge-notifies.ts'
import { judgeWords, type OrderRow } from './judge-words.ts'
import { asking } from './read-books.ts'
import type { Scores } from './scores.ts'

/** Beyond this a service was killed while it still answered what it had accepted, ms. */
const stopWithinMs = 12_000

/** What nobody but this run has seen: told by clients, and by processes that were stopped. */
export interface Seen {
  witness: Witness
  shutdowns: readonly Shutdown[]
  poison: readonly { group: string; key: string }[]
}

/** Judges everything at rest: the books of all services and of Alipay, what was published, and what was told to whom. */
export async function judgeAll(
  system: BrokenSystem,
  seen: Seen,
  scores: Scores,
): Promise<{ events: number; repeats: number }> {
  const { databases, simulatorUrl, kafkaBrokers } = system
  judgeReport(await audit({ databases, simulatorUrl, kafkaBrokers, settleSeconds: 0 }), scores)
  await countBooks(system, scores)
  const events = await readEvents(kafkaBrokers, ['order.events', 'payment.events', 'inventory.events'])
  judgeEvents(events, await readPublished(system), scores)
  judgeWords(seen.witness.words.values(), await readOrders(databases.orders), scores)
  const notifies = await readNotifies(system)
  judgeNotifies(notifies, await readKeptNotifies(databases.payments), scores)
  await judgeParked(system, seen.poison, scores)
  judgeWitness(seen, scores)
  for (const { name, logFile } of system.replicas) judgeFalls(name, readFileSync(logFile, 'utf8'), scores)
  return { events: events.length, repeats: countRepeats(events) }
}

/** What the audit found is broken; what it looked at is counted by whoever knows how many there are. */
export function judgeReport({ breaks, counts }: AuditReport, scores: Scores): void {
  for (const { promise, about, what } of breaks) scores.broke(promise, about, what)
  for (const [promise, count] of Object.entries(counts)) {
    const listed = breaks.filter(one => String(one.promise) === promise).length
    if (count > listed)
      scores.broke(Number(promise) as keyof typeof counts, 'the audit', `${count - listed} more of these`)
  }
}

async function countBooks({ databases }: BrokenSystem, scores: Scores): Promise<void> {
  const [orders] = await asking(
    databases.orders,
    sql => sql<{ all: number; late: number; expired: number }[]>`
      select count(*)::int as all, count(accepted_late_at)::int as late,
        count(*) filter (where status = 'EXPIRED')::int as expired from orders`,
  )
  const [money] = await asking(
    databases.payments,
    sql => sql<{ trades: number; orders: number; refunds: number; late: number; suspect: number }[]>`
      select count(*)::int as trades, count(distinct order_id)::int as orders,
        (select count(*)::int from refunds) as refunds,
        (select count(*)::int from refunds where reason = 'late_payment') as late,
        (select count(*)::int from cases) as suspect
      from attempts where status = 'PAID'`,
  )
  const [skus] = await asking(
    databases.inventory,
    sql => sql<{ n: number }[]>`select count(*)::int as n from stock_levels`,
  )
  scores.looked(1, 'SKUs at the end', skus?.n ?? 0)
  scores.looked(1, 'orders and their stock', orders?.all ?? 0)
  scores.looked(3, 'paid trades', money?.trades ?? 0)
  scores.looked(4, 'orders that were paid', money?.orders ?? 0)
  scores.looked(5, 'late payments', (orders?.late ?? 0) + (money?.late ?? 0))
  scores.looked(6, 'refunds', money?.refunds ?? 0)
  scores.looked(7, 'orders known to all services', orders?.all ?? 0)
  scores.looked(10, 'orders that ran out of time', orders?.expired ?? 0)
  scores.looked(12, 'cases', money?.suspect ?? 0)
  scores.looked(13, 'trades and refunds in both books', (money?.trades ?? 0) + (money?.refunds ?? 0))
}

async function readPublished({ databases }: BrokenSystem): Promise<Published> {
  const orders = await asking(
    databases.orders,
    sql => sql<Published['orders']>`select order_id as "orderId", status from orders`,
  )
  return asking(databases.payments, async sql => ({
    orders,
    trades: await sql<Published['trades']>`
      select order_id as "orderId", out_trade_no as "outTradeNo" from attempts where status = 'PAID'`,
    refunds: await sql<Published['refunds']>`
      select order_id as "orderId", refund_id as "refundId" from refunds where status = 'SUCCEEDED'`,
  }))
}

const readOrders = (url: string): Promise<OrderRow[]> =>
  asking(url, async sql => {
    const rows = await sql<{ orderId: string; customerId: string; totalFen: string }[]>`
      select order_id as "orderId", customer_id as "customerId", total_fen as "totalFen" from orders`
    return rows.map(row => ({ ...row, totalFen: Number(row.totalFen) }))
  })

/** Of every trade that was paid, what was told about it. */
async function readNotifies({ simulatorUrl, databases }: BrokenSystem): Promise<ToldNotify[]> {
  const trades = await asking(
    databases.payments,
    sql => sql<{ no: string }[]>`select out_trade_no as no from attempts where status = 'PAID'`,
  )
  const told: ToldNotify[] = []
  for (const { no } of trades) {
    const answer = await fetch(`${simulatorUrl}/simulator/notifies?outTradeNo=${no}`)
    told.push(...((await answer.json()) as { items: ToldNotify[] }).items)
  }
  return told
}

const readKeptNotifies = (url: string): Promise<Set<string>> =>
  asking(url, async sql => {
    const rows = await sql<{ id: string }[]>`select distinct notify_id as id from notifies`
    return new Set(rows.map(({ id }) => id))
  })

/** Each record that nobody can handle is parked by everybody who reads it; no other is. */
async function judgeParked({ kafkaBrokers }: BrokenSystem, poison: Seen['poison'], scores: Scores): Promise<void> {
  const kafka = openKafka({ brokers: kafkaBrokers, clientId: 'faults', logger: createLogger('faults', 'silent') })
  const letters = (await readDeadLetters(kafka, keepers)).map(letter => ({
    ...letter,
    key: letter.message.key?.toString() ?? '',
  }))
  const sent = new Set(poison.map(({ group, key }) => `${group} ${key}`))
  const parked = new Set(letters.map(({ groupId, key }) => `${groupId} ${key}`))
  scores.looked(9, 'records that nobody can handle', sent.size)
  for (const one of sent) if (!parked.has(one)) scores.broke(9, one, 'it was not parked')
  for (const { groupId, id, key, type, reason } of letters) {
    if (sent.has(`${groupId} ${key}`)) continue
    scores.broke(7, key, `nothing is wrong with ${type ?? 'a record'}, and it was parked (${groupId} ${id}): ${reason}`)
  }
}

function judgeWitness({ witness, shutdowns }: Seen, scores: Scores): void {
  scores.looked(15, 'tries of strangers', witness.trespassesTried)
  for (const trespass of witness.trespasses) scores.broke(15, 'a stranger', trespass)
  for (const orderId of new Set(witness.missing))
    scores.broke(16, orderId, 'its customer was told that it is not there')
  for (const request of witness.unhealed)
    scores.broke(16, 'a client', `no final answer within three minutes: ${request}`)
  judgeShutdowns(shutdowns, { isQuiet: false }, scores)
}

/**
 * A process that is told to stop answers what it has accepted and ends by itself in time; and with 0 while all is quiet.
 * Where Kafka is away it can't say goodbye, and says so with another code.
 */
export function judgeShutdowns(
  shutdowns: readonly Shutdown[],
  { isQuiet }: { isQuiet: boolean },
  scores: Scores,
): void {
  const told = shutdowns.filter(({ wasReady, why }) => wasReady && why === 'told to stop')
  scores.looked(16, 'processes told to stop', told.length)
  for (const { replica, at, end, tookMs } of told) {
    if (end.code === null || tookMs > stopWithinMs || (isQuiet && end.code !== 0)) {
      const how = `it ended with ${describeEnd(end)} after ${tookMs} ms`
      scores.broke(16, replica, `told to stop at ${at.toISOString()}, ${how}`)
    }
  }
}
