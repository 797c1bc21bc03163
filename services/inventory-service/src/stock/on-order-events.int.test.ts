import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { lateTradeNo, newOrderId, orderEvent } from '../test-events.ts'
import { openTestStock, type TestStock } from '../test-stock.ts'
import type { StockInput } from './stock-state.ts'
import { findStockHistory } from './stock-store.ts'

let stock: TestStock

beforeAll(async () => {
  stock = await openTestStock()
})
afterAll(() => stock.database.drop())
beforeEach(() => stock.reset())

const supply: TestStock['supply'] = supplies => stock.supply(supplies)
const handle: TestStock['handle'] = events => stock.handle(events)
const levels = () => stock.levels()
const results = () => stock.results()
const metrics = async () => (await stock.registry.getSingleMetric('stock_decisions_total')?.get())?.values ?? []

it('reserves, sells and releases the lines of several orders in one batch', async () => {
  await supply({ 'cup-01': 5, 'tea-01': 10 })
  const [paid, expired, waiting] = [newOrderId(), newOrderId(), newOrderId()]
  const both = [
    { sku: 'tea-01', quantity: 3 },
    { sku: 'cup-01', quantity: 1 },
  ]
  await handle([orderEvent('OrderCreated', paid, both), orderEvent('OrderCreated', expired, both)])
  expect(await levels()).toMatchObject({
    'tea-01': { available: 4, reserved: 6 },
    'cup-01': { available: 3, reserved: 2 },
  })
  await handle([
    orderEvent('OrderPaid', paid, both),
    orderEvent('OrderExpired', expired),
    orderEvent('OrderCreated', waiting, both),
  ])
  expect(await levels()).toEqual({
    'tea-01': { available: 4, reserved: 3, sold: 3, supplied: 10 },
    'cup-01': { available: 3, reserved: 1, sold: 1, supplied: 5 },
  })
  expect(await results()).toEqual(
    [paid, expired, waiting].map(key => ({ type: 'StockReserved', key, data: { orderId: key } })),
  )
})

it('rejects an order with an unknown SKU, also when the SKU is added to the catalogue later', async () => {
  await supply({ 'tea-01': 10 })
  const orderId = newOrderId()
  const lines = [
    { sku: 'tea-01', quantity: 1 },
    { sku: 'new-01', quantity: 2 },
  ]
  await handle([orderEvent('OrderCreated', orderId, lines)])
  const shortages = [{ sku: 'new-01', requested: 2, available: 0 }]
  expect(await results()).toEqual([{ type: 'StockRejected', key: orderId, data: { orderId, shortages } }])
  await supply({ 'new-01': 10 })
  await handle([orderEvent('OrderCreated', orderId, lines)])
  expect(await results()).toHaveLength(1)
  expect(await levels()).toMatchObject({ 'tea-01': { reserved: 0 }, 'new-01': { reserved: 0 } })
})

it('changes nothing when an event of the batch contradicts the stored stock, and names that event', async () => {
  await supply({ 'tea-01': 10 })
  const [good, unknown] = [newOrderId(), newOrderId()]
  const batch = [orderEvent('OrderCreated', good), orderEvent('OrderPaid', unknown)]
  await expect(handle(batch)).rejects.toThrow(`unknown_order: OrderPaid for ${unknown}`)
  expect(await levels()).toMatchObject({ 'tea-01': { available: 10, reserved: 0 } })
  expect(await results()).toEqual([])
  expect(await metrics()).toEqual([])
})

it('reserves again for a late payment what is available, or names what is short', async () => {
  await supply({ 'tea-01': 2 })
  const [late, quicker, tooLate] = [newOrderId(), newOrderId(), newOrderId()]
  await handle([late, tooLate].map(orderId => orderEvent('OrderCreated', orderId)))
  await handle([late, tooLate].map(orderId => orderEvent('OrderExpired', orderId)))
  await handle([orderEvent('OrderCreated', quicker)])
  await handle([late, tooLate].map(orderId => orderEvent('OrderReinstating', orderId)))
  expect((await results()).slice(3)).toEqual([
    { type: 'StockReserved', key: late, data: { orderId: late, tradeNo: lateTradeNo } },
    {
      type: 'StockRejected',
      key: tooLate,
      data: { orderId: tooLate, tradeNo: lateTradeNo, shortages: [{ sku: 'tea-01', requested: 1, available: 0 }] },
    },
  ])
  await handle([orderEvent('OrderPaid', late)])
  expect(await levels()).toEqual({ 'tea-01': { available: 0, reserved: 1, sold: 1, supplied: 2 } })
})

it('puts returned units on sale again, and refuses more than were sold', async () => {
  await supply({ 'tea-01': 5 })
  const orderId = newOrderId()
  const three = [{ sku: 'tea-01', quantity: 3 }]
  const back = (quantity: number) => handle([orderEvent('OrderLinesReturned', orderId, [{ sku: 'tea-01', quantity }])])
  await handle([orderEvent('OrderCreated', orderId, three), orderEvent('OrderPaid', orderId, three)])
  await back(2)
  expect(await levels()).toEqual({ 'tea-01': { available: 4, reserved: 0, sold: 1, supplied: 5 } })
  await expect(back(2)).rejects.toThrow(`more_than_sold: OrderLinesReturned for ${orderId}`)
  await back(1)
  expect(await levels()).toEqual({ 'tea-01': { available: 5, reserved: 0, sold: 0, supplied: 5 } })
})

/** The same event with another id, as if the inbox had deleted the first one. */
const again = <E extends StockInput>(event: E): E => ({ ...event, id: uuidv7() })

it('puts the units of a refund on sale once, though the inbox has deleted the event id', async () => {
  await supply({ 'tea-01': 5 })
  const orderId = newOrderId()
  const three = [{ sku: 'tea-01', quantity: 3 }]
  const back = orderEvent('OrderLinesReturned', orderId, [{ sku: 'tea-01', quantity: 1 }])
  await handle([orderEvent('OrderCreated', orderId, three), orderEvent('OrderPaid', orderId, three)])
  await handle([back, again(back)])
  await handle([again(back)])
  expect(await levels()).toEqual({ 'tea-01': { available: 3, reserved: 0, sold: 2, supplied: 5 } })
  await handle([orderEvent('OrderLinesReturned', orderId, [{ sku: 'tea-01', quantity: 1 }])])
  expect(await levels()).toEqual({ 'tea-01': { available: 4, reserved: 0, sold: 1, supplied: 5 } })
  const repeats = (await metrics()).filter(({ labels }) => labels.detail === 'already_applied')
  expect(repeats.map(({ value }) => value)).toEqual([2])
})

it.each([
  ['reserved', 1],
  ['rejected', 0],
])(
  'reinstates an order for a trade once, though the inbox has deleted the event id (%s at first)',
  async (_, units) => {
    await supply({ 'tea-01': 1 })
    const [orderId, other] = [newOrderId(), newOrderId()]
    const reinstating = orderEvent('OrderReinstating', orderId)
    await handle([orderEvent('OrderCreated', orderId), orderEvent('OrderExpired', orderId)])
    if (units === 0) await handle([orderEvent('OrderCreated', other)])
    await handle([reinstating])
    await handle(units === 0 ? [orderEvent('OrderExpired', other)] : [orderEvent('OrderExpired', orderId)])
    const before = (await results()).length
    await handle([again(reinstating)])
    expect(await levels()).toEqual({ 'tea-01': { available: 1, reserved: 0, sold: 0, supplied: 1 } })
    expect((await results()).length).toBe(before)
  },
)

it('stores each change of the stock of an order with the event that caused it', async () => {
  await supply({ 'cup-01': 5, 'tea-01': 5 })
  const orderId = newOrderId()
  const lines = [
    { sku: 'cup-01', quantity: 1 },
    { sku: 'tea-01', quantity: 2 },
  ]
  const back = [{ sku: 'tea-01', quantity: 1 }]
  const events = [
    orderEvent('OrderCreated', orderId, lines.toReversed()),
    orderEvent('OrderExpired', orderId),
    orderEvent('OrderReinstating', orderId, lines),
    orderEvent('OrderPaid', orderId, lines),
    orderEvent('OrderLinesReturned', orderId, back),
  ] as const
  await handle(events.slice(0, 2))
  for (const event of events.slice(2)) await handle([event])
  const stored = await findStockHistory(stock.database.db, orderId)
  expect(stored.lines).toEqual(lines)
  expect(stored.history.map(({ what, cause, lines }) => ({ what, cause, lines }))).toEqual([
    { what: 'reserved', cause: `OrderCreated ${events[0].id}`, lines: undefined },
    { what: 'released', cause: `OrderExpired ${events[1].id}`, lines: undefined },
    { what: 'reserved', cause: `OrderReinstating ${events[2].id}`, lines: undefined },
    { what: 'committed', cause: `OrderPaid ${events[3].id}`, lines: undefined },
    { what: 'returned', cause: `OrderLinesReturned ${events[4].id}`, lines: back },
  ])
})

it('counts decisions by type, outcome and detail', async () => {
  await supply({ 'tea-01': 1 })
  const orderId = newOrderId()
  await handle([orderEvent('OrderCreated', orderId), orderEvent('OrderCreated', newOrderId())])
  await handle([orderEvent('OrderCancelled', orderId), orderEvent('OrderCancelled', orderId)])
  expect((await metrics()).map(({ labels, value }) => [...Object.values(labels), value])).toEqual([
    ['OrderCreated', 'changed', 'reserved', 1],
    ['OrderCreated', 'changed', 'rejected', 1],
    ['OrderCancelled', 'changed', 'released', 1],
    ['OrderCancelled', 'ignored', 'nothing_reserved', 1],
  ])
})

it('needs as many statements for one order of one SKU as for 500 orders of 50', async () => {
  const skus = Array.from({ length: 50 }, (_, index) => `sku-${index}`)
  await supply(Object.fromEntries(skus.map(sku => [sku, 1_000])))
  const one = [orderEvent('OrderCreated', newOrderId(), [{ sku: 'sku-0', quantity: 1 }])]
  const many = Array.from({ length: 500 }, (_, index) =>
    orderEvent('OrderCreated', newOrderId(), [
      { sku: skus[index % 50] as string, quantity: 1 },
      { sku: skus[(index * 7 + 1) % 50] as string, quantity: 1 },
    ]),
  )
  expect([await handle(one), await handle(many)]).toEqual([9, 9])
})
