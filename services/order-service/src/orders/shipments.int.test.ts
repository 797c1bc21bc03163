import { randomBytes } from 'node:crypto'
import type { Order as OrderBody, PaymentRefunded, Shipment, ShipmentList, Timeline } from '@alipay-checkout/contracts'
import { runAll } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeAfterMs, details, payment as paymentOf } from '../test-orders.ts'
import { openTestShop, type TestShop } from '../test-shop.ts'
import { orderInserts } from './order-store.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
})
afterAll(() => shop?.close())

const tea = (quantity: number) => ({ sku: 'tea-01', quantity })
const parcel = { carrier: '顺丰速运', trackingNumber: 'SF1', by: 'packer' }
const unknownOrder = `ord_${'e'.repeat(32)}`

/** Saves an order of this many units that is PAID. */
async function paid(quantity = 2): Promise<string> {
  const orderId = `ord_${randomBytes(16).toString('hex')}`
  const lines = [{ sku: 'tea-01', title: '西湖龙井', quantity, unitPriceFen: 12900 }]
  const order = { ...details, orderId, lines, totalFen: 12900 * quantity, reference: 'S-2026-1' }
  await shop.database.db.transaction(tx => runAll(tx, orderInserts([order])))
  const payment = { ...paymentOf, outTradeNo: orderId, tradeNo: `trade-${orderId}`, amountFen: order.totalFen }
  await shop.consume(
    { type: 'StockReserved', data: { orderId } },
    { type: 'PaymentSucceeded', data: { ...payment, orderId, source: 'notify' } },
  )
  return orderId
}

function refundOf(orderId: string, data: Partial<PaymentRefunded['data']>) {
  return {
    type: 'PaymentRefunded' as const,
    data: {
      orderId,
      refundId: `ref_${randomBytes(16).toString('hex')}`,
      outTradeNo: orderId,
      tradeNo: `trade-${orderId}`,
      amountFen: 100,
      refundedFen: 100,
      paidFen: 25800,
      reason: 'requested' as const,
      returned: [],
      refundedAt: '2026-11-24T02:30:11.000Z',
      ...data,
    },
  }
}

async function post(path: string, body: object) {
  const answer = await shop.send('POST', path, body)
  return { status: answer.status, body: answer.body as unknown as Shipment & Record<string, unknown> }
}
const ship = (orderId: string, more: object = {}) => post(`/orders/${orderId}/shipments`, { ...parcel, ...more })
const deliver = (shipmentId: string, by = 'courier') => post(`/shipments/${shipmentId}/delivered`, { by })
const read = async <Body>(path: string) => (await shop.send('GET', path)).body as unknown as Body
const listOf = (orderId: string) => read<ShipmentList>(`/orders/${orderId}/shipments`)
const statusOf = async (orderId: string) => (await read<OrderBody>(`/orders/${orderId}`)).fulfilmentStatus
const shippedOf = ({ items }: ShipmentList) =>
  items.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0)

describe('shipping an order', () => {
  it('ships what is asked, then all that is left', async () => {
    const orderId = await paid(3)
    const first = await ship(orderId, { lines: [tea(1)] })
    expect(first).toMatchObject({
      status: 201,
      body: {
        shipmentId: `shp_${orderId.slice(4)}_1`,
        orderId,
        carrier: '顺丰速运',
        trackingNumber: 'SF1',
        lines: [tea(1)],
      },
    })
    expect(first.body).not.toHaveProperty('by')
    expect(await statusOf(orderId)).toBe('PARTIALLY_SHIPPED')
    expect(await ship(orderId)).toMatchObject({ status: 201, body: { lines: [tea(2)] } })
    expect(await listOf(orderId)).toMatchObject({
      fulfilmentStatus: 'SHIPPED',
      items: [{ lines: [tea(1)] }, { lines: [tea(2)] }],
      left: [],
      refundedShippedLines: [],
    })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderPaid', 'OrderShipped', 'OrderShipped'])
    const [row] = await shop.database.db.execute<{ value: string }>(
      sql`select value from outbox where key = ${orderId} and headers ->> 'ce_type' = 'OrderShipped' order by id`,
    )
    const { shipmentId, shippedAt } = first.body
    expect(JSON.parse(row?.value ?? '')).toEqual({
      orderId,
      customerId: 'customer-7',
      reference: 'S-2026-1',
      shipmentId,
      carrier: '顺丰速运',
      trackingNumber: 'SF1',
      lines: [tea(1)],
      shippedAt,
      fulfilmentStatus: 'PARTIALLY_SHIPPED',
    })
  })

  it('answers a repeat with the same key with the same shipment, also once nothing is left', async () => {
    const orderId = await paid()
    const lines = [tea(1), tea(1)]
    const first = await ship(orderId, { lines, idempotencyKey: 'k-1' })
    expect(first.status).toBe(201)
    const repeat = { lines: [tea(2)], idempotencyKey: 'k-1', by: 'another packer' }
    expect(await ship(orderId, repeat)).toEqual({ status: 200, body: first.body })
    await shop.consume(refundOf(orderId, { amountFen: 25800, refundedFen: 25800 }))
    expect(await ship(orderId, repeat)).toEqual({ status: 200, body: first.body })
    for (const other of [{ lines: [tea(1)] }, { lines: undefined }, { carrier: 'EMS' }, { trackingNumber: 'SF2' }]) {
      expect(await ship(orderId, { ...repeat, ...other })).toMatchObject({
        status: 422,
        body: { type: '/problems/idempotency-key-reused' },
      })
    }
    expect((await listOf(orderId)).items).toHaveLength(1)
    expect(await ship(await paid(), repeat)).toMatchObject({ status: 201 })
  })

  it('takes a request without a key as a new one', async () => {
    const orderId = await paid()
    expect((await ship(orderId, { lines: [tea(1)] })).status).toBe(201)
    expect((await ship(orderId, { lines: [tea(1)] })).status).toBe(201)
    const problem = { type: '/problems/shipment-exceeds-order', left: [] }
    expect(await ship(orderId, { lines: [tea(1)] })).toMatchObject({ status: 409, body: problem })
    expect(await ship(orderId)).toMatchObject({ status: 409, body: problem })
  })

  it('refuses more than is left, unknown products and orders that are not PAID', async () => {
    const orderId = await paid(3)
    await ship(orderId, { lines: [tea(1)] })
    const problem = { type: '/problems/shipment-exceeds-order', left: [tea(2)] }
    expect(await ship(orderId, { lines: [tea(3)] })).toMatchObject({ status: 409, body: problem })
    expect(await ship(orderId, { lines: [{ sku: 'cup-01', quantity: 1 }] })).toMatchObject({ body: problem })
    const unpaid = `ord_${randomBytes(16).toString('hex')}`
    await shop.database.db.transaction(tx => runAll(tx, orderInserts([{ ...details, orderId: unpaid }])))
    expect(await ship(unpaid)).toMatchObject({
      status: 409,
      body: { type: '/problems/order-not-shippable', orderStatus: 'RESERVING' },
    })
    expect(await listOf(unpaid)).toMatchObject({ fulfilmentStatus: 'UNFULFILLED', items: [], left: [] })
    for (const answer of [await ship(unknownOrder), await shop.send('GET', `/orders/${unknownOrder}/shipments`)]) {
      expect(answer).toMatchObject({ status: 404, body: { type: '/problems/order-not-found' } })
    }
  })

  it('is in the timeline with the parcel and who reported it', async () => {
    const orderId = await paid()
    const { shipmentId } = (await ship(orderId)).body
    await deliver(shipmentId)
    const { entries } = await read<Timeline>(`/orders/${orderId}/timeline`)
    const parcelDetail = { about: shipmentId, carrier: '顺丰速运', trackingNumber: 'SF1', lines: [tea(2)] }
    expect(entries.slice(-2)).toMatchObject([
      { what: 'OrderShipped', cause: 'request of packer', detail: { ...parcelDetail, fulfilmentStatus: 'SHIPPED' } },
      { what: 'OrderDelivered', cause: 'request of courier', detail: { fulfilmentStatus: 'DELIVERED' } },
    ])
  })
})

describe('concurrent requests', () => {
  it('ship the last units once', async () => {
    const orderId = await paid(5)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ship(orderId, { lines: [tea(2)] })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, ...Array(18).fill(409)])
    expect(await listOf(orderId)).toMatchObject({ fulfilmentStatus: 'PARTIALLY_SHIPPED', left: [tea(1)] })
    const all = await Promise.all(Array.from({ length: 20 }, () => ship(orderId)))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(shippedOf(await listOf(orderId))).toBe(5)
  })

  it('with one key make one shipment', async () => {
    const orderId = await paid(20)
    const body = { lines: [tea(1)], idempotencyKey: 'k-1' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => ship(orderId, body)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(19).fill(200), 201])
    expect(new Set(answers.map(answer => answer.body.shipmentId)).size).toBe(1)
  })

  it('never ship a unit that a refund took before', async () => {
    const refundedUnits = async (orderId: string, round: number) => {
      const isWhole = round % 2 === 1
      const amountFen = isWhole ? 25800 : 100
      const lines = isWhole ? {} : { lines: [tea(1)] }
      await shop.consume(refundOf(orderId, { amountFen, refundedFen: amountFen, ...lines }))
    }
    for (let round = 0; round < 10; round++) {
      const orderId = await paid()
      await Promise.all([ship(orderId), refundedUnits(orderId, round), ship(orderId, { lines: [tea(1)] })])
      const types = await shop.outboxOf(orderId)
      const values = await shop.database.db.execute<{ value: string }>(
        sql`select value from outbox where key = ${orderId} and headers ->> 'ce_type' = 'OrderRefunded'`,
      )
      const { lines, shippedLines } = JSON.parse(values[0]?.value ?? '{}')
      const list = await listOf(orderId)
      const shippedBefore = types
        .slice(0, types.indexOf('OrderRefunded'))
        .filter(type => type === 'OrderShipped').length
      const unitsBefore = shippedOf({ ...list, items: list.items.slice(0, shippedBefore) })
      const refunded = round % 2 === 1 ? 2 : 1
      expect(lines).toEqual([tea(refunded)])
      const flagged = Math.max(0, unitsBefore + refunded - 2)
      expect([shippedLines, list.refundedShippedLines]).toEqual(Array(2).fill(flagged > 0 ? [tea(flagged)] : []))
      // After the refund, nothing leaves beyond what it left.
      expect(shippedOf(list)).toBeLessThanOrEqual(Math.max(unitsBefore, 2 - refunded))
    }
  })
})

describe('a delivery', () => {
  it('is stored once, and a repeat answers the shipment', async () => {
    const orderId = await paid()
    const { shipmentId } = (await ship(orderId)).body
    const first = await deliver(shipmentId)
    expect(first).toMatchObject({ status: 200, body: { shipmentId, orderId, deliveredAt: expect.any(String) } })
    expect(await deliver(shipmentId)).toEqual(first)
    expect(await statusOf(orderId)).toBe('DELIVERED')
    expect(await shop.outboxOf(orderId)).toEqual(['OrderPaid', 'OrderShipped', 'OrderDelivered'])
  })

  it('of a shipment that does not exist is refused', async () => {
    const orderId = await paid()
    for (const shipmentId of [`shp_${orderId.slice(4)}_1`, `shp_${unknownOrder.slice(4)}_1`]) {
      expect(await deliver(shipmentId)).toMatchObject({ status: 404, body: { type: '/problems/shipment-not-found' } })
    }
    expect((await deliver('shp_1')).status).toBe(400)
  })

  it('is still taken after the money was refunded', async () => {
    const orderId = await paid()
    const { shipmentId } = (await ship(orderId, { lines: [tea(1)] })).body
    await shop.consume(refundOf(orderId, { amountFen: 25800, refundedFen: 25800 }))
    expect(await listOf(orderId)).toMatchObject({
      fulfilmentStatus: 'SHIPPED',
      left: [],
      refundedShippedLines: [tea(1)],
    })
    expect((await deliver(shipmentId)).status).toBe(200)
    expect(await read(`/orders/${orderId}`)).toMatchObject({ orderStatus: 'REFUNDED', fulfilmentStatus: 'DELIVERED' })
  })
})

describe('a delivered order', () => {
  const completeAtOf = async (orderId: string) => {
    const [row] = await shop.database.db.execute<{ wait: number | null }>(
      sql`select round(extract(epoch from complete_at - updated_at) * 1000)::int as wait from orders where order_id = ${orderId}`,
    )
    return row?.wait
  }

  async function delivered(): Promise<string> {
    const orderId = await paid()
    await deliver((await ship(orderId)).body.shipmentId)
    return orderId
  }

  it('is completed once when it is due, by one of two replicas', async () => {
    const [due, early] = [await delivered(), await delivered()]
    expect(await completeAtOf(due)).toBe(completeAfterMs)
    await shop.database.db.execute(
      sql`update orders set complete_at = now() - interval '1 second' where order_id = ${due}`,
    )
    await Promise.all([shop.createCompleter().runNow(), shop.createCompleter().runNow()])
    expect([await statusOf(due), await statusOf(early)]).toEqual(['COMPLETED', 'DELIVERED'])
    expect(await completeAtOf(due)).toBeNull()
    expect(await shop.outboxOf(due)).toEqual(['OrderPaid', 'OrderShipped', 'OrderDelivered', 'OrderCompleted'])
    const { entries } = await read<Timeline>(`/orders/${due}/timeline`)
    expect(entries.at(-1)).toMatchObject({
      what: 'OrderCompleted',
      cause: 'clock',
      detail: { fulfilmentStatus: 'COMPLETED' },
    })
    await shop.consume(refundOf(due, { amountFen: 25800, refundedFen: 25800 }))
    expect(await read(`/orders/${due}`)).toMatchObject({ orderStatus: 'REFUNDED', fulfilmentStatus: 'COMPLETED' })
  })

  it('is due too if a refund took the rest of it', async () => {
    const orderId = await paid()
    await deliver((await ship(orderId, { lines: [tea(1)] })).body.shipmentId)
    expect(await completeAtOf(orderId)).toBeNull()
    await shop.consume(refundOf(orderId, { lines: [tea(1)] }))
    expect(await statusOf(orderId)).toBe('DELIVERED')
    expect(await completeAtOf(orderId)).toBe(completeAfterMs)
  })

  it('is completed in bounded batches, each once', async () => {
    await shop.database.db.execute(sql`
      insert into orders (order_id, customer_id, status, total_fen, lines, payment, fulfilment_status, shipments,
                          complete_at, created_at, expires_at, updated_at)
      select 'ord_' || lpad(to_hex(n), 32, '0'), 'many', 'PAID', 1, '[]', '{"amountFen": 1}', 'DELIVERED', '[]',
             now() - interval '1 second', now(), now(), now()
      from generate_series(1, 2500) as n`)
    await Promise.all([shop.createCompleter().runNow(), shop.createCompleter().runNow()])
    const [row] = await shop.database.db.execute<{ completed: number; events: number }>(sql`
      select count(*)::int as completed, (
        select count(*)::int from outbox o where headers ->> 'ce_type' = 'OrderCompleted'
          and exists (select from orders where order_id = o.key and customer_id = 'many')
      ) as events
      from orders where customer_id = 'many' and fulfilment_status = 'COMPLETED'`)
    expect(row).toEqual({ completed: 2500, events: 2500 })
  })
})
