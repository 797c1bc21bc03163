import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type NewEvent, OrderId, type PaymentEvent } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { type Db, databaseNow, jsonRows } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import Type, { type Static } from 'typebox'
import { findPayments, lockPayments } from '../payments/payment-store.ts'
import { type AlipayAccess, queryPayment } from '../payments/query-payment.ts'
import { listRefunds } from '../refunds/refund-store.ts'
import type { Answer } from './lost-link.ts'
import { noteAnswers } from './note-answers.ts'
import { stateEvents } from './state-events.ts'

/** Orders of one request: each may need a query to Alipay for each of its attempts. */
const ordersMax = 100
/** Attempts of one request. */
const attemptsMax = 100
/** Queries in flight at the same time. */
const concurrencyMax = 8
const call = { what: 'query', cause: 'restore' } as const

const OutTradeNo = Type.String({ pattern: '^ord_[0-9a-f]{32}(_[1-9][0-9]{0,3})?$' })
const RecoveredOrder = Type.Object({
  orderId: OrderId,
  /** Attempts that order-service or a bill of Alipay names. */
  outTradeNos: Type.Optional(Type.Array(OutTradeNo)),
  /** The trade that order-service has as the order's payment, and what it does not have as refunded of it, fen. */
  paidBy: Type.Optional(
    Type.Object({
      outTradeNo: OutTradeNo,
      tradeNo: Type.String(),
      amountFen: Type.Integer({ minimum: 1 }),
      leftFen: Type.Integer({ minimum: 0 }),
    }),
  ),
})
type RecoveredOrder = Static<typeof RecoveredOrder>
type PaidBy = NonNullable<RecoveredOrder['paidBy']>

interface Options extends AlipayAccess {
  db: Db
  outbox: Outbox
  /** Queries per second, at most, of all requests together. */
  queriesPerSecondMax: number
}

/**
 * For `npm run recover`, after databases were restored: `POST /recovery/republish` `{orders}` adds attempts that are lost
 * here, queries Alipay about every attempt that is not paid here, and publishes the events of these payments' states again,
 * with new ids. Alipay's answers are recorded as those of any query are. A paid trade that Alipay reports as closed was
 * wholly refunded: where order-service has it as paid, it is recorded as refunded before its payment was.
 * `POST /recovery/query` `{outTradeNos}` only queries Alipay about attempts, and answers which of them it has found paid.
 * Both answer about which attempts Alipay gave no clear answer. One that may still be paid is queried further by the job.
 */
export function addRecovery(app: HttpApp, options: Options): void {
  const { db, outbox } = options
  const queryAll = createQuerier(options)
  const body = Type.Object({ orders: Type.Array(RecoveredOrder, { minItems: 1, maxItems: ordersMax }) })
  app.post('/recovery/republish', { schema: { body } }, async ({ body: { orders } }) => {
    const orderIds = orders.map(({ orderId }) => orderId)
    await addAttempts(db, orders)
    const queried = await findUnpaid(db, orderIds)
    const { unclear, closed } = await queryAll(queried)
    const refunded = orders.filter(({ paidBy }) => paidBy && closed.has(paidBy.outTradeNo))
    for (const { paidBy } of refunded) await recordRefunded(paidBy as PaidBy, options)
    return outbox.transact(async tx => {
      const { payments, now } = await lockPayments(tx, orderIds)
      const events = await Promise.all(
        [...payments.values()].map(async payment => stateEvents(payment, await listRefunds(tx, payment.orderId))),
      )
      const all = [...events.flat(), ...refunded.flatMap(order => refundOf(order, now))]
      return { events: all, now, result: { payments: payments.size, events: all.length, queried, unclear } }
    })
  })

  const attempts = Type.Object({ outTradeNos: Type.Array(OutTradeNo, { minItems: 1, maxItems: attemptsMax }) })
  app.post('/recovery/query', { schema: { body: attempts } }, async ({ body: { outTradeNos } }) => {
    const { paid, unclear } = await queryAll(outTradeNos)
    return { paid, unclear }
  })
}

async function addAttempts(db: Db, orders: readonly RecoveredOrder[]): Promise<void> {
  const rows = orders.flatMap(({ orderId, outTradeNos = [] }) =>
    outTradeNos
      .filter(outTradeNo => outTradeNo.startsWith(orderId))
      .map(outTradeNo => ({ outTradeNo, orderId, number: Number(outTradeNo.split('_')[2] ?? 1) })),
  )
  if (rows.length === 0) return
  await db.execute(sql`
    insert into attempts (out_trade_no, order_id, number, status)
    select r."outTradeNo", p.order_id, r.number, 'CREATED'
    from jsonb_to_recordset(${jsonRows(rows)}) as r("outTradeNo" text, "orderId" text, number integer)
    join payments p on p.order_id = r."orderId"
    on conflict do nothing`)
}

async function findUnpaid(db: Db, orderIds: readonly string[]): Promise<string[]> {
  const { payments } = await findPayments(db, orderIds)
  return [...payments.values()].flatMap(({ attempts }) =>
    attempts.flatMap(({ status, outTradeNo }) => (status === 'PAID' ? [] : [outTradeNo])),
  )
}

interface Queried {
  /** The attempts whose payment was found and recorded. */
  paid: string[]
  /** Those about which Alipay gave no clear answer. */
  unclear: string[]
  /** Those that Alipay reports as closed. */
  closed: ReadonlySet<string>
}

/** Creates the function that queries Alipay about attempts, and notes when it has answered. */
function createQuerier({ db, queriesPerSecondMax, ...access }: Options) {
  const next = createPace(queriesPerSecondMax)
  return async (outTradeNos: readonly string[]): Promise<Queried> => {
    const queriedAt = await databaseNow(db)
    const left = [...outTradeNos]
    const answers = new Map<string, Answer>()
    const paid: string[] = []
    const unclear: string[] = []
    const worker = async () => {
      for (let outTradeNo = left.shift(); outTradeNo !== undefined; outTradeNo = left.shift()) {
        await next()
        const result = await queryPayment(outTradeNo, access, { call, source: 'query' })
        if (result.state === 'unknown') unclear.push(outTradeNo)
        else answers.set(outTradeNo, result.state)
        if (result.state === 'paid' && result.decision.outcome === 'changed') paid.push(outTradeNo)
      }
    }
    await Promise.all(Array.from({ length: concurrencyMax }, worker))
    await noteAnswers(db, answers, queriedAt)
    const closed = new Set([...answers].flatMap(([outTradeNo, state]) => (state === 'closed' ? [outTradeNo] : [])))
    return { paid, unclear, closed }
  }
}

/** Lets at most `perSecond` callers go on per second, one after the other. */
function createPace(perSecond: number): () => Promise<void> {
  let nextAtMs = 0
  return async () => {
    const nowMs = performance.now()
    const atMs = Math.max(nowMs, nextAtMs)
    nextAtMs = atMs + 1_000 / perSecond
    if (atMs > nowMs) await delay(atMs - nowMs)
  }
}

async function recordRefunded(
  { outTradeNo, tradeNo, amountFen }: PaidBy,
  { recordAlipayResult }: AlipayAccess,
): Promise<void> {
  const at = new Date()
  const trade = { outTradeNo, tradeNo, amountFen, paidAt: at }
  const refund = { requestNo: undefined, refundedFen: amountFen, at }
  await recordAlipayResult({
    outTradeNo,
    input: { type: 'refundNoticed', trade, refund, origin: 'outside_known' },
    call,
  })
}

/** The event about a wholly refunded trade, for an order that has not all of it as refunded. A repeat has the same refund. */
function refundOf({ orderId, paidBy }: RecoveredOrder, now: Date): NewEvent<PaymentEvent>[] {
  if (!paidBy || paidBy.leftFen === 0) return []
  const { outTradeNo, tradeNo, amountFen: paidFen, leftFen } = paidBy
  const digest = createHash('sha256').update(`restored ${outTradeNo}`).digest('hex')
  const data = {
    ...{ orderId, refundId: `ref_${digest.slice(0, 32)}`, outTradeNo, tradeNo, amountFen: leftFen },
    ...{ refundedFen: paidFen, paidFen, reason: 'requested' as const, returned: [], refundedAt: now.toISOString() },
  }
  return [{ type: 'PaymentRefunded', key: orderId, data }]
}
