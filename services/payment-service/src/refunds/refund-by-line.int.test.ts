import type { NewEvent, OrderCreated, OrderEvent, PaymentRefunded } from '@alipay-checkout/contracts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { orderClosing, orderCreated, startTestService, type TestService } from '../test-service.ts'
import { newOrderId } from '../test-shop.ts'
import { retryRefund } from './request-refund.ts'
import { createRefundSteps, type RefundSteps } from './test-refunds.ts'

let service: TestService
let refunds: RefundSteps
beforeAll(async () => {
  service = await startTestService()
  refunds = createRefundSteps(service)
}, 30_000)
afterAll(() => service.close())

/** 3 × 1.00 − 0.50 yuan of tea, a cup of 2.50 yuan, a free gift, and 1.20 yuan of shipping: 6.20 yuan. */
function discounted(orderId: string): NewEvent<OrderEvent> {
  const { data, ...created } = orderCreated(orderId) as NewEvent<OrderCreated>
  const lines = [
    { sku: 'tea', title: 'Tea', quantity: 3, unitPriceFen: 100, adjustmentFen: -50 },
    { sku: 'cup', title: 'Cup', quantity: 1, unitPriceFen: 250 },
    { sku: 'gift', title: 'Gift', quantity: 1, unitPriceFen: 30, adjustmentFen: -30 },
  ]
  const adjustments = [
    { type: 'discount' as const, label: '50 off', amountFen: -50, sku: 'tea' },
    { type: 'discount' as const, label: 'gift', amountFen: -30, sku: 'gift' },
    { type: 'shipping' as const, label: 'parcel', amountFen: 100 },
    { type: 'shipping' as const, label: 'island', amountFen: 20 },
  ]
  return { ...created, data: { ...data, totalFen: 620, lines, adjustments } }
}

async function payDiscounted(): Promise<string> {
  const orderId = newOrderId()
  await service.consume(discounted(orderId))
  return refunds.pay(orderId, 620)
}

async function execute(): Promise<void> {
  await service.refunder.runNow()
  for (let round = 0; round < 2; round++) await refunds.executeAll()
}

const tea = (quantity: number) => [{ sku: 'tea', quantity }]
const cup = [{ sku: 'cup', quantity: 1 }]

it('stores shares and shipping only where the order has them', async () => {
  const { client } = service.database
  const orderId = newOrderId()
  await service.consume(discounted(orderId))
  const ordinary = await service.newOrder({ amountFen: 500 })
  expect(await client`select lines, shipping_fen from payments where order_id = ${orderId}`).toEqual([
    {
      lines: [
        { sku: 'tea', quantity: 3, unitPriceFen: 100, adjustmentFen: -50 },
        { sku: 'cup', quantity: 1, unitPriceFen: 250 },
        { sku: 'gift', quantity: 1, unitPriceFen: 30, adjustmentFen: -30 },
      ],
      shipping_fen: 120,
    },
  ])
  expect(await client`select lines, shipping_fen from payments where order_id = ${ordinary}`).toEqual([
    { lines: [{ sku: 'tea-01', quantity: 1, unitPriceFen: 500 }], shipping_fen: 0 },
  ])
})

it('keeps the shipping of an order that is created and closed in one batch', async () => {
  const orderId = newOrderId()
  await service.consume(discounted(orderId), orderClosing(orderId, 'cancelled'))
  expect(await service.database.client`select status, shipping_fen from payments where order_id = ${orderId}`).toEqual([
    { status: 'CLOSED', shipping_fen: 120 },
  ])
})

it('refunds lines and shipping until all is refunded, and publishes the units', async () => {
  const orderId = await payDiscounted()
  expect(await refunds.list(orderId)).toMatchObject({
    lines: [
      { sku: 'tea', quantity: 3, refundableQuantity: 3, refundableFen: 250 },
      { sku: 'cup', quantity: 1, refundableQuantity: 1, refundableFen: 250 },
      { sku: 'gift', quantity: 1, refundableQuantity: 1, refundableFen: 0 },
    ],
    shippingRefundableFen: 120,
    refundableFen: 620,
  })
  expect((await refunds.request(orderId, { lines: tea(1) })).body).toMatchObject({ amountFen: 83, lines: tea(1) })
  const body = { lines: cup, includeShipping: true, returnToStock: true }
  expect((await refunds.request(orderId, body)).body).toMatchObject({ amountFen: 370, shippingFen: 120, lines: cup })
  expect(await refunds.list(orderId)).toMatchObject({
    lines: [
      { sku: 'tea', refundableQuantity: 2, refundableFen: 167 },
      { sku: 'cup', refundableQuantity: 0, refundableFen: 0 },
      { sku: 'gift', refundableQuantity: 1 },
    ],
    shippingRefundableFen: 0,
    refundableFen: 167,
  })
  expect((await refunds.request(orderId, { lines: tea(2) })).body).toMatchObject({ amountFen: 167 })
  await execute()
  expect((await refunds.refundedAtAlipay(orderId)).toSorted()).toEqual(['0.83', '1.67', '3.70'])
  const events = await refunds.eventsOf(orderId, 'PaymentRefunded')
  const published = events.map(event => (event as PaymentRefunded).data)
  expect(published.toSorted((one, other) => one.amountFen - other.amountFen)).toMatchObject([
    { amountFen: 83, lines: tea(1), returned: [] },
    { amountFen: 167, lines: tea(2), returned: [] },
    { amountFen: 370, lines: cup, returned: cup },
  ])
  expect(published.flatMap(({ lines = [] }) => lines.flatMap(line => Object.keys(line)))).not.toContain('amountFen')
})

it('names no units where an amount or the whole was refunded, and the whole includes shipping', async () => {
  const orderId = await payDiscounted()
  await refunds.request(orderId, { amountFen: 20 })
  expect((await refunds.request(orderId, { includeShipping: true })).body).toMatchObject({ amountFen: 600 })
  await execute()
  for (const { data } of await refunds.eventsOf(orderId, 'PaymentRefunded')) expect(data).not.toHaveProperty('lines')
})

it('refuses a free line, shipping that was refunded, and shipping beside an amount', async () => {
  const orderId = await payDiscounted()
  expect(await refunds.request(orderId, { lines: [{ sku: 'gift', quantity: 1 }] })).toMatchObject({
    status: 409,
    body: { type: '/problems/order-not-refundable', reason: 'costs_nothing' },
  })
  expect(await refunds.request(orderId, { amountFen: 1, includeShipping: true })).toMatchObject({ status: 400 })
  await refunds.request(orderId, { lines: tea(1), includeShipping: true })
  expect(await refunds.request(orderId, { lines: cup, includeShipping: true })).toMatchObject({
    status: 409,
    body: { type: '/problems/refund-exceeds-balance', shippingRefundableFen: 0 },
  })
  const ordinary = await refunds.payOrder(500)
  const request = { lines: [{ sku: 'tea-01', quantity: 1 }], includeShipping: true }
  expect((await refunds.request(ordinary, request)).body).toMatchObject({ amountFen: 500 })
})

it('takes shipping into account when it recognises a repeat', async () => {
  const orderId = await payDiscounted()
  const request = { lines: cup, idempotencyKey: 'k' }
  const { refundId } = (await refunds.request(orderId, request)).body
  expect((await refunds.request(orderId, request)).body.refundId).toBe(refundId)
  expect((await refunds.request(orderId, { ...request, includeShipping: false })).body.refundId).toBe(refundId)
  expect((await refunds.request(orderId, { ...request, includeShipping: true })).status).toBe(422)
})

it('retries a failed refund with its amount, or not at all where others took a part of its share', async () => {
  const { client, db } = service.database
  const orderId = await payDiscounted()
  const [first, second] = [
    (await refunds.request(orderId, { lines: tea(1) })).body,
    (await refunds.request(orderId, { lines: tea(1) })).body,
  ]
  const fail = async (refundId: string) => {
    await client`
      update refunds set status = 'FAILED', next_step = null, next_try_at = null, finished_at = now()
      where refund_id = ${refundId}`
    await client`
      update attempts set refunding_fen = refunding_fen - 83 where out_trade_no = ${orderId}`
  }
  await fail(first.refundId)
  await fail(second.refundId)
  const retry = (refundId: string) =>
    db.transaction(tx => retryRefund(tx, refundId, { actor: { id: 'ann' }, secondPersonAboveFen: undefined }))
  expect(await retry(second.refundId)).toMatchObject({ outcome: 'retried', refund: { amountFen: 83 } })
  expect((await refunds.request(orderId, { lines: tea(1) })).body).toMatchObject({ amountFen: 83 })
  // The third unit is due 84 fen, and this refund is of 83.
  expect(await retry(first.refundId)).toEqual({ outcome: 'share_changed', sku: 'tea' })
  expect((await refunds.request(orderId, { lines: tea(1) })).body).toMatchObject({ amountFen: 84 })
  await execute()
  expect((await refunds.refundedAtAlipay(orderId)).toSorted()).toEqual(['0.83', '0.83', '0.84'])
})

it('refunds lines of orders and refunds that were stored before lines had shares', async () => {
  const orderId = await refunds.payOrder(500)
  const { client } = service.database
  const lines = JSON.stringify([{ sku: 'tea-01', quantity: 5, unitPriceFen: 100 }])
  await client`update payments set lines = ${lines}::text::jsonb where order_id = ${orderId}`
  const two = [{ sku: 'tea-01', quantity: 2 }]
  await refunds.request(orderId, { lines: two })
  await client`update refunds set lines = ${JSON.stringify(two)}::text::jsonb where order_id = ${orderId}`
  expect(await refunds.list(orderId)).toMatchObject({ lines: [{ refundableQuantity: 3, refundableFen: 300 }] })
  expect((await refunds.request(orderId, { lines: two })).body).toMatchObject({ amountFen: 200 })
})
