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
  refund: Omit<Refunded, 'orderId'>,
  becomes: ParcelStatus,
  expected: LineUnits[],
][] = [
  ['TO_SHIP', 'the whole', whole, 'CANCELLED', lines],
  ['SHIPPED', 'the whole', whole, 'RETURN_EXPECTED', lines],
  ['CANCELLED', 'the whole', whole, 'CANCELLED', lines],
  ['RETURN_EXPECTED', 'the whole', whole, 'RETURN_EXPECTED', lines],
  ['TO_SHIP', 'two units', part(teas(2)), 'TO_SHIP', [{ sku: 'cup', quantity: 1 }, ...teas(1)]],
  ['TO_SHIP', 'a line', part(teas(3)), 'TO_SHIP', [{ sku: 'cup', quantity: 1 }]],
  ['TO_SHIP', 'all units', part(lines), 'CANCELLED', []],
  ['TO_SHIP', 'units that the shop has listed as shipped', part(teas(2), teas(2)), 'TO_SHIP', lines],
  ['TO_SHIP', 'an amount', part([]), 'TO_SHIP', lines],
  ['SHIPPED', 'two units', part(teas(2), teas(2)), 'SHIPPED', lines],
  ['SHIPPED', 'an amount', part([]), 'SHIPPED', lines],
  ['CANCELLED', 'two units', part(teas(2)), 'CANCELLED', lines],
]

it.each(refunds)(
  'of a parcel that is %s, a refund of %s makes it %4$s',
  async (was, _what, refund, becomes, expected) => {
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
