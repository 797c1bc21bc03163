import { OrderId } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { type Db, jsonRows } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import Type, { type Static } from 'typebox'
import { findPayments, lockPayments } from '../payments/payment-store.ts'
import { type AlipayAccess, queryPayment } from '../payments/query-payment.ts'
import { listRefunds } from '../refunds/refund-store.ts'
import { stateEvents } from './state-events.ts'

/** Orders of one request: each may need a query to Alipay for each of its attempts. */
const ordersMax = 100
/** Queries in flight at the same time. */
const concurrencyMax = 8
const call = { what: 'query', cause: 'restore' } as const

const OutTradeNo = Type.String({ pattern: '^ord_[0-9a-f]{32}(_[1-9][0-9]{0,3})?$' })
const RecoveredOrder = Type.Object({
  orderId: OrderId,
  /** Attempts that order-service or a bill of Alipay names. */
  outTradeNos: Type.Optional(Type.Array(OutTradeNo)),
  /** A trade that order-service has as paid and wholly refunded. */
  refunded: Type.Optional(
    Type.Object({ outTradeNo: OutTradeNo, tradeNo: Type.String(), amountFen: Type.Integer({ minimum: 1 }) }),
  ),
})
type RecoveredOrder = Static<typeof RecoveredOrder>

/**
 * For `npm run recover`, after databases were restored: `POST /recovery/republish` `{orders}` adds attempts that are lost
 * here, queries Alipay about every attempt that is not paid here, and publishes the events of these payments' states again,
 * with new ids. Alipay's answers are recorded as those of any query are. Alipay reports a wholly refunded trade as closed:
 * where order-service has it as refunded, it is recorded as refunded before its payment was.
 */
export function addRecovery(app: HttpApp, options: AlipayAccess & { db: Db; outbox: Outbox }): void {
  const { db, outbox } = options
  const body = Type.Object({ orders: Type.Array(RecoveredOrder, { minItems: 1, maxItems: ordersMax }) })
  app.post('/recovery/republish', { schema: { body } }, async ({ body: { orders } }) => {
    const orderIds = orders.map(({ orderId }) => orderId)
    await addAttempts(db, orders)
    const { unclear, closed } = await queryAll(await findUnpaid(db, orderIds), options)
    for (const { refunded } of orders) {
      if (refunded && closed.has(refunded.outTradeNo)) await recordRefunded(refunded, options)
    }
    return outbox.transact(async tx => {
      const { payments, now } = await lockPayments(tx, orderIds)
      const events = await Promise.all(
        [...payments.values()].map(async payment => stateEvents(payment, await listRefunds(tx, payment.orderId))),
      )
      return { events: events.flat(), now, result: { payments: payments.size, events: events.flat().length, unclear } }
    })
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

/** Returns the numbers that Alipay reports as closed, and those about which it gave no clear answer. */
async function queryAll(
  outTradeNos: readonly string[],
  access: AlipayAccess,
): Promise<{ unclear: string[]; closed: ReadonlySet<string> }> {
  const left = [...outTradeNos]
  const unclear: string[] = []
  const closed = new Set<string>()
  const worker = async () => {
    for (let outTradeNo = left.shift(); outTradeNo !== undefined; outTradeNo = left.shift()) {
      const { state } = await queryPayment(outTradeNo, access, { call, source: 'query' })
      if (state === 'unknown') unclear.push(outTradeNo)
      if (state === 'closed') closed.add(outTradeNo)
    }
  }
  await Promise.all(Array.from({ length: concurrencyMax }, worker))
  return { unclear, closed }
}

/** No event follows: order-service has the refund already. */
async function recordRefunded(
  { outTradeNo, tradeNo, amountFen }: NonNullable<RecoveredOrder['refunded']>,
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
