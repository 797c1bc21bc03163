import { createTestDatabase, type TestDatabase } from '@alipay-checkout/test-support'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { takeOff } from './on-order-events.ts'
import { createWarehouseTables, type LineUnits, openDatabase, type ParcelStatus } from './tables.ts'
import type { Refunded } from './test-shop.ts'
import { newOrderId, orderPaid, orderRefunded, outsideRefund, readParcel } from './test-warehouse.ts'

let database: TestDatabase
let sql: postgres.Sql
beforeAll(async () => {
  database = await createTestDatabase('fulfilment')
  sql = openDatabase(database.url)
  await createWarehouseTables(sql)
})
afterAll(async () => {
  await sql?.end()
  await database?.drop()
})

const lines: LineUnits[] = [
  { sku: 'cup', quantity: 1 },
  { sku: 'tea', quantity: 3 },
]
const teas = (quantity: number): LineUnits[] => [{ sku: 'tea', quantity }]
const part = (refunded: LineUnits[], shippedLines: LineUnits[] = []) => ({
  isWhole: false,
  lines: refunded,
  shippedLines,
})
const whole = { isWhole: true, lines, shippedLines: [] }

const refunds: [
  was: ParcelStatus,
  what: string,
  becomes: ParcelStatus,
  refund: Omit<Refunded, 'orderId'>,
  expected: LineUnits[],
][] = [
  ['TO_SHIP', 'the whole', 'CANCELLED', whole, lines],
  ['SHIPPED', 'the whole', 'RETURN_EXPECTED', whole, lines],
  ['CANCELLED', 'the whole', 'CANCELLED', whole, lines],
  ['RETURN_EXPECTED', 'the whole', 'RETURN_EXPECTED', whole, lines],
  ['TO_SHIP', 'two units', 'TO_SHIP', part(teas(2)), [{ sku: 'cup', quantity: 1 }, ...teas(1)]],
  ['TO_SHIP', 'a line', 'TO_SHIP', part(teas(3)), [{ sku: 'cup', quantity: 1 }]],
  ['TO_SHIP', 'all units', 'CANCELLED', part(lines), []],
  ['TO_SHIP', 'units that the shop has listed as shipped', 'TO_SHIP', part(teas(2), teas(2)), lines],
  ['TO_SHIP', 'an amount', 'TO_SHIP', part([]), lines],
  ['SHIPPED', 'two units', 'SHIPPED', part(teas(2), teas(2)), lines],
  ['SHIPPED', 'an amount', 'SHIPPED', part([]), lines],
  ['CANCELLED', 'two units', 'CANCELLED', part(teas(2)), lines],
]

it.each(refunds)(
  'of a parcel that is %s, a refund of %s leaves it %s',
  async (was, _what, becomes, refund, expected) => {
    const orderId = newOrderId()
    await orderPaid(sql, orderId, lines)
    await sql`update parcels set status = ${was} where order_id = ${orderId}`
    await orderRefunded(sql, { orderId, ...refund })
    expect(await readParcel(sql, orderId)).toMatchObject({ status: becomes, lines: expected })
  },
)

it('has one parcel however often an order is paid', async () => {
  const orderId = newOrderId()
  await orderPaid(sql, orderId, lines)
  await orderPaid(sql, orderId, lines)
  const rows = await sql`select * from parcels where order_id = ${orderId}`
  expect(rows).toHaveLength(1)
})

it('stops a parcel for a refund outside the shop, whether OrderPaid is handled before or after', async () => {
  const [before, after, left] = [newOrderId(), newOrderId(), newOrderId()]
  await orderPaid(sql, before, lines)
  await outsideRefund(sql, before)
  await outsideRefund(sql, after)
  await orderPaid(sql, after, lines)
  await orderPaid(sql, left, lines)
  await sql`update parcels set status = 'SHIPPED' where order_id = ${left}`
  await outsideRefund(sql, left)
  expect(await readParcel(sql, before)).toMatchObject({ status: 'CANCELLED' })
  expect(await readParcel(sql, after)).toMatchObject({ status: 'CANCELLED' })
  expect(await readParcel(sql, left)).toMatchObject({ status: 'RETURN_EXPECTED' })
})

it('ignores the refund of an order that never became paid', async () => {
  const orderId = newOrderId()
  await orderRefunded(sql, { orderId, ...whole })
  expect((await readParcel(sql, orderId)).status).toBeUndefined()
})

it('takes units off the lines that have them', () => {
  expect(takeOff(lines, [...teas(1), ...teas(1), { sku: 'pot', quantity: 9 }])).toEqual([lines[0], ...teas(1)])
})
