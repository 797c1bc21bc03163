import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestShop, type TestShop } from '../test-shop.ts'

let shop: TestShop
beforeAll(async () => {
  shop = await openTestShop()
  // A program that ships reads the recipient of each order.
  await shop.database.client`
    insert into audit_log (audit_id, actor, role, action, object, order_id)
    select 'aud_' || lpad(to_hex(n), 32, '0'), 'machine', 'fulfilment', 'recipient.read', id, id
    from generate_series(1, 100000) n, lateral (select 'ord_' || lpad(to_hex(n), 32, '0') as id) o`
  await shop.database.client`analyze audit_log`
}, 60_000)
afterAll(() => shop?.close())

it.each([
  ['an action', "action = 'customer.erase'", /audit_log_of_action/],
  ['a person', "actor = 'ann'", /audit_log_of_actor/],
  ['a person’s action', "actor = 'machine' and action = 'customer.erase'", /audit_log_of_action/],
  ['an object', "(object = 'ord_1' or order_id = 'ord_1')", /audit_log_of_object.*audit_log_of_order/s],
])('finds the rows about %s by an index, however many others there are', async (_what, condition, index) => {
  const rows = await shop.database.client.unsafe(
    `explain select * from audit_log where ${condition} order by audit_id desc limit 51`,
  )
  const plan = rows.map(row => row['QUERY PLAN']).join('\n')
  expect(plan).toMatch(index)
  expect(plan).not.toContain('Seq Scan')
})

it('lists the rows of an action that is rare', async () => {
  await shop.database.client`
    insert into audit_log (audit_id, actor, action, object) values (${`aud_${'0'.repeat(32)}`}, 'ann', 'order.cancel', 'x')`
  const { body } = await shop.send('GET', '/audit-log?action=order.cancel')
  expect(body).toMatchObject({ items: [{ actor: 'ann', action: 'order.cancel' }], nextCursor: null })
})
