import type { AdminOrderDetails, AuditPage, Timeline } from '@alipay-checkout/contracts'
import { uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestShop, type TestShop } from '../test-shop.ts'

let shop: TestShop
const shipTo = {
  name: '张三',
  phone: '13800138000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '文三路 90 号',
}
const trace = 'a'.repeat(32)
const headers = {
  'x-actor': encodeURI('客服 ann'),
  'x-actor-role': 'support',
  'x-request-id': 'req-1',
  traceparent: `00-${trace}-${'b'.repeat(16)}-01`,
}

beforeAll(async () => {
  shop = await openTestShop()
  await shop.consume({
    type: 'ProductChanged',
    data: { sku: 'tea-01', title: '西湖龙井', priceFen: 12900, version: 1 },
  })
})
afterAll(() => shop?.close())

async function payable(more: object = {}): Promise<string> {
  const items = [{ sku: 'tea-01', quantity: 2 }]
  const placed = await shop.send('POST', '/orders', { customerId: uniqueName('mei'), items, waitMs: 0, ...more })
  const { orderId } = placed.body.order
  await shop.consume({ type: 'StockReserved', data: { orderId } })
  return orderId
}

async function paid(more: object = {}): Promise<string> {
  const orderId = await payable(more)
  const payment = { outTradeNo: orderId, tradeNo: `t${orderId}`, amountFen: 25800, paidAt: '2026-11-23T02:31:00.000Z' }
  const data = { orderId, ...payment, source: 'notify' as const, method: 'alipay_qr' as const }
  await shop.consume({ type: 'PaymentSucceeded', data })
  return orderId
}

const closed = (orderId: string) =>
  shop.consume({ type: 'PaymentClosed', data: { orderId, reason: 'cancelled' } } as never)
const post = (path: string, body: object, more: Record<string, string> = {}) =>
  shop.send('POST', path, body, { ...headers, ...more })
const cancel = (orderId: string, reason = 'asked by phone') => post(`/admin/orders/${orderId}/cancel`, { reason })
const detailsOf = async (orderId: string) =>
  (await shop.send('GET', `/admin/orders/${orderId}`)).body as unknown as AdminOrderDetails
const auditOf = async (object: string) =>
  ((await shop.send('GET', `/audit-log?object=${object}`)).body as unknown as AuditPage).items
const isClosing = (orderId: string) =>
  expect.poll(async () => (await detailsOf(orderId)).orderStatus, { timeout: 20_000 }).toBe('CLOSING')
const timelineOf = async (orderId: string) =>
  ((await shop.send('GET', `/orders/${orderId}/timeline`)).body as unknown as Timeline).entries

describe('a cancel by the staff', () => {
  it('closes the order, and is in the audit log once, whatever is repeated', async () => {
    const orderId = await payable()
    const both = Promise.all([cancel(orderId), cancel(orderId)])
    await isClosing(orderId)
    await closed(orderId)
    for (const { status, body } of await both) {
      expect(status).toBe(200)
      expect(body).toMatchObject({ orderId, orderStatus: expect.stringMatching(/^(CLOSING|CANCELLED)$/) })
    }
    expect(await cancel(orderId)).toMatchObject({ status: 200, body: { orderId, orderStatus: 'CANCELLED' } })
    expect(await shop.outboxOf(orderId)).toEqual(['OrderCreated', 'OrderClosing', 'OrderCancelled'])
    expect(await auditOf(orderId)).toEqual([
      {
        auditId: expect.any(String),
        at: expect.any(String),
        service: 'order-service',
        actor: '客服 ann',
        role: 'support',
        action: 'order.cancel',
        object: orderId,
        orderId,
        before: { orderStatus: 'PENDING_PAYMENT' },
        after: { orderStatus: 'CLOSING' },
        reason: 'asked by phone',
        requestId: 'req-1',
        traceId: trace,
      },
    ])
    const causes = (await timelineOf(orderId)).map(({ cause }) => cause)
    expect(causes).toContain('request of 客服 ann')
    expect(await detailsOf(orderId)).toMatchObject({ closeReason: 'cancelled', orderStatus: 'CANCELLED' })
  })

  it('is refused for a paid order, and nothing is written', async () => {
    const orderId = await paid()
    const { status, body } = await cancel(orderId)
    expect([status, body.type, body.orderStatus]).toEqual([409, '/problems/order-not-cancellable', 'PAID'])
    expect(await auditOf(orderId)).toEqual([])
    expect((await cancel(`ord_${'e'.repeat(32)}`)).status).toBe(404)
  })

  it('needs a reason and an actor', async () => {
    const orderId = await payable()
    expect((await cancel(orderId, '  ')).status).toBe(400)
    expect((await shop.send('POST', `/admin/orders/${orderId}/cancel`, { reason: 'x' })).status).toBe(400)
    expect((await detailsOf(orderId)).orderStatus).toBe('PENDING_PAYMENT')
  })
})

describe('a note of the staff', () => {
  const write = (orderId: string, note: string, key?: string) =>
    post(`/admin/orders/${orderId}/notes`, { note }, key === undefined ? {} : { 'idempotency-key': key })

  it('is one note for one key, with its author in the timeline and a row of the audit log', async () => {
    const orderId = await payable()
    const answers = await Promise.all(Array.from({ length: 5 }, () => write(orderId, '已回电', 'k-1')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(answers[0]?.body).toEqual({ orderId })
    expect((await detailsOf(orderId)).notes).toEqual([{ at: expect.any(String), by: '客服 ann', note: '已回电' }])
    const [entry] = (await timelineOf(orderId)).filter(({ what }) => what === 'note')
    expect(entry).toMatchObject({ cause: 'request of 客服 ann', detail: { note: '已回电' } })
    const audit = await auditOf(orderId)
    expect(audit.map(({ action }) => action)).toEqual(['order.note'])
    expect(JSON.stringify(audit)).not.toContain('已回电')
  })

  it('is another note without a key, and refused with a used key', async () => {
    const orderId = await payable()
    for (const note of ['one', 'one']) await write(orderId, note)
    await write(orderId, 'two', 'k')
    expect((await write(orderId, 'three', 'k')).body.type).toBe('/problems/idempotency-key-reused')
    expect((await detailsOf(orderId)).notes.map(({ note }) => note)).toEqual(['one', 'one', 'two'])
    expect((await write(`ord_${'e'.repeat(32)}`, 'x')).status).toBe(404)
  })
})

describe('the details of an order', () => {
  it('have the method of the payment’s list row, the shipments and a masked recipient', async () => {
    const orderId = await paid({ shipTo, note: '放门口', reference: uniqueName('S') })
    await post(`/orders/${orderId}/shipments`, { carrier: '顺丰速运', trackingNumber: 'SF1', by: 'packer' })
    const details = await detailsOf(orderId)
    expect(details).toMatchObject({
      orderId,
      orderStatus: 'PAID',
      refundedFen: 0,
      flags: [],
      shipments: { fulfilmentStatus: 'SHIPPED', items: [{ trackingNumber: 'SF1' }], left: [] },
      recipient: { shipTo: { name: '张*', phone: '138****8000', city: '杭州市' }, note: '***' },
      notes: [],
    })
    expect(JSON.stringify(details)).not.toContain(shipTo.street)
    const list = await shop.send('GET', `/admin/orders?customer=${details.customerId}&method=alipay_qr`)
    expect(list.body).toMatchObject({
      items: [{ orderId, method: 'alipay_qr', units: 2, paidAt: '2026-11-23T02:31:00.000Z' }],
    })
    const [row] = await shop.database.client<{ value: string }[]>`
      select value from outbox where key = ${orderId} and headers ->> 'ce_type' = 'OrderPaid'`
    expect(JSON.parse(row?.value ?? '')).toMatchObject({ payment: { method: 'alipay_qr' } })
    expect((await auditOf(orderId)).map(({ action }) => action)).toEqual(['shipment.create'])
  })
})

describe('the audit log', () => {
  it('has each reading of a recipient, and shipments once', async () => {
    const orderId = await paid({ shipTo })
    for (const _ of [1, 2]) await shop.send('GET', `/orders/${orderId}/recipient`, undefined, headers)
    const parcel = { carrier: '顺丰速运', trackingNumber: 'SF1', by: 'packer', idempotencyKey: 'p-1' }
    for (const _ of [1, 2]) await post(`/orders/${orderId}/shipments`, parcel)
    const shipmentId = `shp_${orderId.slice(4)}_1`
    for (const _ of [1, 2]) await post(`/shipments/${shipmentId}/delivered`, { by: 'courier' })
    const entries = (await auditOf(orderId)).map(({ actor, action, object }) => [actor, action, object])
    expect(entries.toReversed()).toEqual([
      ['客服 ann', 'recipient.read', orderId],
      ['客服 ann', 'recipient.read', orderId],
      ['packer', 'shipment.create', shipmentId],
      ['courier', 'shipment.deliver', shipmentId],
    ])
    const [delivered] = await auditOf(shipmentId)
    expect(delivered).toMatchObject({
      before: { fulfilmentStatus: 'SHIPPED' },
      after: { fulfilmentStatus: 'DELIVERED' },
    })
    expect(JSON.stringify(await auditOf(orderId))).not.toContain(shipTo.name)
  })

  it('names an erased customer by the pseudonym alone, and the notes about the order are gone', async () => {
    const customerId = uniqueName('mei')
    const orderId = await payable({ customerId })
    await post(`/admin/orders/${orderId}/notes`, { note: `call ${customerId}` })
    const cancelled = cancel(orderId)
    await isClosing(orderId)
    await closed(orderId)
    await cancelled
    const pseudonym = `erased_${'c'.repeat(32)}`
    const step = { customerId, pseudonym, by: 'owner', orderIds: [orderId] }
    for (const _ of [1, 2]) expect((await post('/personal-data/erase', step)).status).toBe(200)
    expect(await auditOf(pseudonym)).toMatchObject([
      { actor: 'owner', action: 'customer.erase', object: pseudonym, after: { erasedOrders: 1 } },
    ])
    const rows = await shop.database.client`
      select from audit_log a where strpos(to_jsonb(a)::text, ${customerId}) > 0
      union all select from order_log l where strpos(to_jsonb(l)::text, ${customerId}) > 0`
    expect(rows).toHaveLength(0)
    expect((await detailsOf(orderId)).notes).toEqual([])
  })
})
