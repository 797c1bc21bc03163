import type { Adjustment, OwnOrder } from '@alipay-checkout/contracts'
import {
  jwt,
  type SeenRecord,
  signQuote,
  type TopicWatch,
  uniqueName,
  watchTopics,
} from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pay } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import {
  readRefunds,
  readTimelineEntries,
  refund,
  tryToRefund,
  untilLedgersAgree,
} from './support/refunds-and-cases.ts'
import {
  deliverShipment,
  quoteFor,
  readRecipient,
  readShipments,
  ship,
  shipTo,
  warehouse,
} from './support/shipments.ts'
import { admin, newCustomer, newProduct, place, readOrder, setPrice, tryToPlace, untilOrderIs } from './support/shop.ts'

let databases: TestedDatabases
let watch: TopicWatch
/** ¥129.00 and ¥0.10. */
let tea: string
let cup: string

beforeAll(async () => {
  databases = openTestedDatabases()
  watch = await watchTopics(['order.events'])
  tea = await newProduct(databases, { units: 200, priceFen: 12_900 })
  cup = await newProduct(databases, { units: 200, priceFen: 10 })
})

afterAll(async () => {
  await watch?.stop()
  await databases?.close()
})

const shipping: Adjustment = { type: 'shipping', label: '运费 Shipping', amountFen: 1_200 }
const discount: Adjustment = { type: 'discount', label: '满减 Discount', amountFen: -1_000 }

/** A paid order of two units of tea and three cups, with shipping and a discount: 258.00 + 0.30 + 12.00 - 10.00. */
async function paidOrder() {
  const customer = newCustomer()
  const basket = { [tea]: 2, [cup]: 3 }
  const quote = quoteFor(customer, basket, [shipping, discount])
  const { order, paymentUrl } = await place(customer, basket, { fields: { quote, shipTo } })
  await pay(paymentUrl)
  await untilOrderIs(customer, order.orderId, 'PAID')
  return { customer, order, orderId: order.orderId }
}

const dataOf = ({ value }: SeenRecord): Record<string, unknown> => JSON.parse(value)

const problem = (status: number, name: string, more: object = {}) => ({
  status,
  body: { type: expect.stringMatching(new RegExp(`/problems/${name}$`)), ...more },
})

describe('an order with an address, a note, a reference, metadata and a quote', () => {
  it('has them in its answer, its own page, its events and its timeline, each where it belongs', async () => {
    const customer = newCustomer()
    const basket = { [tea]: 2, [cup]: 3 }
    const reference = uniqueName('S')
    const fields = {
      reference,
      metadata: { channel: 'mini' },
      note: 'Leave it\nat the door',
      shipTo,
      quote: quoteFor(customer, basket, [shipping, discount]),
      expectedTotalFen: 26_030,
    }
    const { order, paymentUrl } = await place(customer, basket, { fields })
    const { orderId } = order
    expect(order).toMatchObject({
      reference,
      metadata: { channel: 'mini' },
      note: fields.note,
      adjustments: [shipping, discount],
      totalFen: 26_030,
      fulfilmentStatus: 'UNFULFILLED',
    })
    // 1,000 over 25,800 and 30: the largest remainder decides about the last fen.
    expect(order.items.map(({ adjustmentFen }) => adjustmentFen)).toEqual([-999, -1])
    expect(order).not.toHaveProperty('shipTo')
    const own = (await readOrder(customer, orderId)).body as OwnOrder
    expect(own).toMatchObject({ shipTo, note: fields.note, reference })
    expect((await pay(paymentUrl)).totalAmount).toBe('260.30')
    await untilOrderIs(customer, orderId, 'PAID')
    const paid = await watch.next(({ key, type }) => key === orderId && type === 'OrderPaid', { what: 'OrderPaid' })
    expect(dataOf(paid)).toMatchObject({
      reference,
      metadata: { channel: 'mini' },
      adjustments: [shipping, discount],
      lines: [{ adjustmentFen: -999 }, { adjustmentFen: -1 }],
    })
    expect(JSON.stringify(watch.of(orderId))).not.toContain(shipTo.street)
    const found = await call<{ items: { orderId: string }[] }>('GET', `/api/admin/orders?reference=${reference}`, {
      token: admin,
    })
    expect(found.body.items.map(one => one.orderId)).toEqual([orderId])
    await untilLedgersAgree(orderId)
  })

  it('shows its recipient to fulfilment and owners only, and records each reading', async () => {
    const { orderId, customer } = await paidOrder()
    expect(await readRecipient(orderId)).toMatchObject({ status: 200, body: { orderId, shipTo } })
    expect(await readRecipient(orderId, jwt('boss', { role: 'owner' }))).toMatchObject({ status: 200 })
    expect(await readRecipient(orderId, customer.token)).toMatchObject(problem(403, 'forbidden'))
    const readings = (await readTimelineEntries(orderId)).filter(({ what }) => what === 'recipient read')
    expect(readings.map(({ cause }) => cause)).toEqual(['request of warehouse-of-tests', 'request of boss'])
    expect(JSON.stringify(await readTimelineEntries(orderId))).not.toContain(shipTo.phone)
  })

  it('is repeated with the same key as it was answered, also after its quote is over', async () => {
    const customer = newCustomer()
    const exp = Math.floor(Date.now() / 1000) + 2
    const quote = signQuote({ sub: customer.id, items: [{ sku: tea, quantity: 1 }], adjustments: [shipping], exp })
    const send = () => tryToPlace(customer, { [tea]: 1 }, { key: 'k', fields: { quote, shipTo, note: 'Ring twice' } })
    const first = await send()
    expect(first).toMatchObject({ status: 201, body: { order: { note: 'Ring twice' } } })
    const late = () => tryToPlace(customer, { [tea]: 1 }, { fields: { quote } })
    await expect.poll(late).toMatchObject(problem(422, 'quote-invalid'))
    expect((await send()).text).toBe(first.text)
    expect(first.text).not.toContain(shipTo.name)
  })
})

describe('a quote is refused', () => {
  const customer = newCustomer()
  const claims = () => ({ sub: customer.id, items: [{ sku: tea, quantity: 1 }], adjustments: [shipping] })
  it.each<[string, () => string, RegExp]>([
    ['with another signature', () => signQuote(claims(), 'another-secret-of-someone'), /signature/i],
    ['of another customer', () => signQuote({ ...claims(), sub: 'somebody' }), /customer/i],
    ['for other lines', () => signQuote({ ...claims(), items: [{ sku: tea, quantity: 2 }] }), /lines|items/i],
    ['that is over', () => signQuote({ ...claims(), exp: 1 }), /expired/i],
    ['with a positive discount', () => signQuote({ ...claims(), adjustments: [{ ...discount, amountFen: 5 }] }), /./],
    [
      'that makes the total less than 1 fen',
      () => signQuote({ ...claims(), adjustments: [{ ...discount, amountFen: -12_900 }] }),
      /total/i,
    ],
  ])('%s', async (_, quote, detail) => {
    const answer = await tryToPlace(customer, { [tea]: 1 }, { fields: { quote: quote() } })
    expect(answer).toMatchObject(problem(422, 'quote-invalid', { detail: expect.stringMatching(detail) }))
    expect(await databases.ordersOf(customer.id)).toEqual([])
  })
})

it('an order at another total than the shopper saw is not placed, and its key can be used again', async () => {
  const customer = newCustomer()
  const sku = await newProduct(databases, { units: 5, priceFen: 1_000 })
  await setPrice(sku, 1_200)
  await expect.poll(() => databases.orderServicePriceOf(sku)).toBe(1_200)
  const key = uniqueName('key')
  const refused = await tryToPlace(customer, { [sku]: 1 }, { key, fields: { expectedTotalFen: 1_000 } })
  expect(refused).toMatchObject(
    problem(409, 'total-changed', { totalFen: 1_200, lines: [{ sku, quantity: 1, unitPriceFen: 1_200 }] }),
  )
  expect(await databases.ordersOf(customer.id)).toEqual([])
  const placed = await tryToPlace(customer, { [sku]: 1 }, { key, fields: { expectedTotalFen: 1_200 } })
  expect(placed).toMatchObject({ status: 201, body: { order: { totalFen: 1_200 } } })
})

describe('a reference', () => {
  it('names one order of a customer', async () => {
    const [mei, li] = [newCustomer(), newCustomer()]
    const fields = { reference: uniqueName('S') }
    const answers = await Promise.all([1, 2, 3].map(() => tryToPlace(mei, { [tea]: 1 }, { fields })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    const placed = answers.find(({ status }) => status === 201)
    const refused = answers.find(({ status }) => status === 409)
    expect(refused).toMatchObject(problem(409, 'reference-used', { orderId: placed?.body.order.orderId }))
    expect((await tryToPlace(li, { [tea]: 1 }, { fields })).status).toBe(201)
  })

  it('can be used again when the first order was out of stock', async () => {
    const customer = newCustomer()
    const scarce = await newProduct(databases, { units: 1 })
    const fields = { reference: uniqueName('S') }
    expect(await tryToPlace(customer, { [scarce]: 2 }, { fields })).toMatchObject(problem(409, 'out-of-stock'))
    expect((await tryToPlace(customer, { [scarce]: 1 }, { fields })).status).toBe(201)
  })
})

describe('a refund of an order with a discount and shipping', () => {
  it('by line takes the line’s share, and shipping only when it is asked for', async () => {
    const { customer, orderId } = await paidOrder()
    // Tea: 25,800 - 999 = 24,801 for two units. Cups: 30 - 1 = 29 for three.
    expect(await refund(orderId, { lines: [{ sku: tea, quantity: 1 }], reason: 'one' })).toMatchObject({
      amountFen: 12_400,
    })
    const cups = await refund(orderId, { lines: [{ sku: cup, quantity: 3 }], reason: 'cups' })
    expect(cups).toMatchObject({ amountFen: 29 })
    expect(await readRefunds(orderId)).toMatchObject({
      refundableFen: 12_401 + 1_200,
      shippingRefundableFen: 1_200,
      lines: [
        { sku: tea, quantity: 2, refundableQuantity: 1, refundableFen: 12_401 },
        { sku: cup, quantity: 3, refundableQuantity: 0, refundableFen: 0 },
      ],
    })
    const rest = { lines: [{ sku: tea, quantity: 1 }], includeShipping: true, reason: 'the rest' }
    expect(await refund(orderId, rest)).toMatchObject({ amountFen: 13_601 })
    await untilOrderIs(customer, orderId, 'REFUNDED')
    expect(await tryToRefund(orderId, { reason: 'more' })).toMatchObject({ status: 409 })
    await untilLedgersAgree(orderId)
  })
})

describe('a shipment', () => {
  it('of all that is left follows a partial one, and the order is delivered with both', async () => {
    const { customer, orderId } = await paidOrder()
    const lines = [{ sku: tea, quantity: 1 }]
    const first = await ship(orderId, { lines, trackingNumber: 'SF1' }, { key: 'parcel-1' })
    expect(first).toMatchObject({ status: 201, body: { orderId, lines, trackingNumber: 'SF1' } })
    const repeat = await ship(orderId, { lines, trackingNumber: 'SF1' }, { key: 'parcel-1' })
    expect([repeat.status, repeat.text]).toEqual([200, first.text])
    expect(await ship(orderId, { lines, trackingNumber: 'SF9' }, { key: 'parcel-1' })).toMatchObject(
      problem(422, 'idempotency-key-reused'),
    )
    expect((await readShipments(orderId)).body).toMatchObject({
      fulfilmentStatus: 'PARTIALLY_SHIPPED',
      left: [
        { sku: tea, quantity: 1 },
        { sku: cup, quantity: 3 },
      ],
    })
    const second = await ship(orderId, { trackingNumber: 'SF2' })
    expect(second.status).toBe(201)
    expect(await ship(orderId)).toMatchObject(problem(409, 'shipment-exceeds-order', { left: [] }))
    expect((await readOrder(customer, orderId)).body).toMatchObject({
      fulfilmentStatus: 'SHIPPED',
      shipments: [{ trackingNumber: 'SF1' }, { trackingNumber: 'SF2' }],
    })
    for (const { body } of [first, second, second]) {
      expect((await deliverShipment(body.shipmentId)).body).toMatchObject({ deliveredAt: expect.any(String) })
    }
    expect((await readOrder(customer, orderId)).body).toMatchObject({ fulfilmentStatus: 'DELIVERED' })
    const isLast = (record: SeenRecord) =>
      record.key === orderId && record.type === 'OrderDelivered' && dataOf(record).fulfilmentStatus === 'DELIVERED'
    await watch.next(isLast, { what: 'the order is delivered' })
    const types = watch.of(orderId).map(({ type }) => type)
    expect(types.filter(type => /Shipped|Delivered/.test(type))).toEqual([
      'OrderShipped',
      'OrderShipped',
      'OrderDelivered',
      'OrderDelivered',
    ])
    expect((await readTimelineEntries(orderId)).filter(({ what }) => what === 'OrderShipped')).toHaveLength(2)
  })

  it('never takes more than is left, however many are reported at once', async () => {
    const { orderId } = await paidOrder()
    const lines = [{ sku: cup, quantity: 2 }]
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => ship(orderId, { lines, trackingNumber: `SF${index}` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    expect((await readShipments(orderId)).body.left).toContainEqual({ sku: cup, quantity: 1 })
  })

  it('leaves out refunded units, and a refund of shipped ones is flagged', async () => {
    const { customer, orderId } = await paidOrder()
    await refund(orderId, { lines: [{ sku: cup, quantity: 1 }], reason: 'broken' })
    const isRefunded = ({ key, type }: { key: string; type: string }) => key === orderId && type === 'OrderRefunded'
    const refunded = await watch.next(isRefunded, { what: 'OrderRefunded' })
    expect(dataOf(refunded)).toMatchObject({ isWhole: false, lines: [{ sku: cup, quantity: 1 }], shippedLines: [] })
    expect((await ship(orderId)).body.lines).toEqual([
      { sku: tea, quantity: 2 },
      { sku: cup, quantity: 2 },
    ])
    await refund(orderId, { reason: 'everything' })
    await untilOrderIs(customer, orderId, 'REFUNDED')
    expect((await readShipments(orderId)).body).toMatchObject({
      fulfilmentStatus: 'SHIPPED',
      refundedShippedLines: [
        { sku: tea, quantity: 2 },
        { sku: cup, quantity: 2 },
      ],
    })
    expect(await ship(orderId)).toMatchObject(problem(409, 'order-not-shippable', { orderStatus: 'REFUNDED' }))
  })

  it('is refused for an unpaid order, by a shopper, and for an order that does not exist', async () => {
    const customer = newCustomer()
    const { order } = await place(customer, { [tea]: 1 })
    expect(await ship(order.orderId)).toMatchObject(problem(409, 'order-not-shippable'))
    expect(await ship(order.orderId, {}, { token: customer.token })).toMatchObject(problem(403, 'forbidden'))
    expect(await ship(`ord_${'0'.repeat(32)}`)).toMatchObject(problem(404, 'order-not-found'))
    expect(await deliverShipment(`shp_${'0'.repeat(32)}_1`)).toMatchObject(problem(404, 'shipment-not-found'))
    expect((await call('GET', `/api/admin/orders/${order.orderId}/timeline`, { token: warehouse })).status).toBe(403)
  })
})
