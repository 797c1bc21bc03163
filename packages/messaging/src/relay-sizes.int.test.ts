import { OrderCreated, recordBytesMax } from '@alipay-checkout/contracts'
import {
  createTopicSet,
  createTopicsNamed,
  testKafka,
  uniqueName,
  waitUntil,
  watchTopics,
} from '@alipay-checkout/test-support'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { appendEvents, newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

let outbox: TestOutbox
beforeAll(async () => {
  outbox = await openTestOutbox('relay_sizes')
})
afterAll(() => outbox?.close())

/** An OrderCreated with this many lines, each with this title. */
function created(orderId: string, { lines, title }: { lines: number; title: string }) {
  const data = {
    orderId,
    customerId: 'c',
    currency: 'CNY' as const,
    totalFen: 100,
    lines: Array.from({ length: lines }, (_, n) => ({ sku: `sku-${n}`, title, quantity: 1, unitPriceFen: 1 })),
    createdAt: new Date().toISOString(),
    expiresAt: new Date().toISOString(),
  }
  return { type: OrderCreated.name, key: orderId, data }
}

const isEmpty = async () => (await outbox.depth()) === 0

it.each([
  ['100 orders of 100 lines with the longest titles at once', { orders: 100, lines: 100, title: '茶'.repeat(200) }],
  ['1,200 orders of 40 lines that waited for Kafka', { orders: 1_200, lines: 40, title: 'Green tea, 100 g' }],
])(
  'publishes %s, each once and the events of each key in their order',
  async (_, { orders, lines, title }) => {
    const watch = await watchTopics(['order.events'])
    onTestFinished(() => watch.stop())
    const ids = Array.from({ length: orders }, newOrderId)
    const events = ids.flatMap(id => [
      created(id, { lines, title }),
      { type: 'OrderExpired' as const, key: id, data: { orderId: id } },
    ])
    await outbox.database.db.transaction(tx => appendEvents(tx, 'test', events, new Date()))
    outbox.startRelay()
    await waitUntil(isEmpty, { what: 'the outbox is empty', timeoutMs: 30_000 })
    const mine = () => ids.flatMap(id => watch.of(id))
    await waitUntil(() => mine().length >= events.length, { what: 'all events are on Kafka', timeoutMs: 30_000 })
    expect(new Set(mine().map(record => record.headers.ce_id)).size).toBe(events.length)
    expect(mine().length).toBe(events.length)
    for (const id of ids) expect(watch.of(id).map(({ type }) => type)).toEqual(['OrderCreated', 'OrderExpired'])
  },
  60_000,
)

/** A row as code or an operator inserts it. */
const insertRow = (row: { topic: string; key: string; value: string; headers?: object }) =>
  outbox.database.db.execute(sql`
    insert into outbox (topic, key, headers, value)
    values (${row.topic}, ${row.key}, ${JSON.stringify(row.headers ?? { ce_type: 'OrderExpired', ce_id: 'i' })}::jsonb, ${row.value})`)

it.each([
  ['is larger than Kafka accepts', { value: 'x'.repeat(2 * recordBytesMax) }, /MESSAGE_TOO_LARGE/],
  ['is larger than any request', { value: 'x'.repeat(17 * recordBytesMax) }, /it has 1\d{7} bytes/],
  ['names an invalid topic', { topic: 'no such topic!' }, /INVALID_TOPIC_EXCEPTION/],
  ['names a topic that does not exist', { topic: 'nowhere' }, /UNKNOWN_TOPIC_OR_PARTITION/],
  ['names a topic that no request can carry', { topic: 't'.repeat(40_000) }, /its topic has 40000 characters/],
  ['names no topic', { topic: '' }, /it names no topic/],
  ['has a header that is not a text', { headers: { ce_id: 7 } }, /its header ce_id is no text/],
])(
  'moves a row that %s to outbox_rejected with a dead letter, and publishes all others',
  async (_, odd, reason) => {
    const service = uniqueName('service')
    await createTopicsNamed([`${service}.dlq`])
    const watch = await watchTopics(['order.events', `${service}.dlq`], { from: 'now' })
    onTestFinished(() => watch.stop())
    const [key, other] = [newOrderId(), newOrderId()]
    const row = (of: string, n: number) => ({ topic: 'order.events', key: of, value: `{"n":${n}}` })
    for (const n of [1, 2, 3]) await insertRow(row(other, n))
    await insertRow(row(key, 1))
    await insertRow({ ...row(key, 2), ...odd })
    for (const n of [3, 4]) await insertRow(row(key, n))
    outbox.startRelay({ service })
    await waitUntil(isEmpty, { what: 'the outbox is empty', timeoutMs: 60_000 })
    const letter = await watch.next(({ topic }) => topic === `${service}.dlq`, { what: 'a dead letter describes it' })

    const published = (of: string) => watch.of(of).filter(({ topic }) => topic === 'order.events')
    await waitUntil(() => published(key).length >= 3, { what: 'the other rows are on Kafka' })
    const firsts = (of: string) => [...new Set(published(of).map(({ value }) => value))]
    expect(firsts(key)).toEqual(['{"n":1}', '{"n":3}', '{"n":4}'])
    expect(firsts(other)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
    const [rejected] = await outbox.database.client`select * from outbox_rejected where key = ${key}`
    expect(rejected).toMatchObject({ ...row(key, 2), ...odd, reason: expect.stringMatching(reason) })
    expect(letter).toMatchObject({ key, value: '' })
    expect(letter.headers).toMatchObject({ dlq_outbox_id: String(rejected?.id) })
    expect(letter.headers.dlq_reason).toMatch(reason)
  },
  90_000,
)

it('splits requests for a topic with a smaller limit than others', async () => {
  const { topics, remove } = await createTopicSet(['small'], { partitions: 1 })
  onTestFinished(remove)

  const admin = testKafka(outbox.brokers).admin()
  await admin.connect()
  onTestFinished(() => admin.disconnect())
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: 2, name: topics.small, configEntries: [{ name: 'max.message.bytes', value: '20000' }] }],
  })
  const watch = await watchTopics([topics.small], { from: 'beginning' })
  onTestFinished(() => watch.stop())
  const key = newOrderId()
  const values = Array.from({ length: 100 }, (_, n) => String(n).padEnd(2_000))
  for (const value of values) await insertRow({ topic: topics.small, key, value })
  outbox.startRelay()
  await waitUntil(isEmpty, { what: 'the outbox is empty', timeoutMs: 30_000 })
  await waitUntil(() => watch.of(key).length >= 100, { what: 'all are on Kafka' })
  expect(watch.of(key).map(({ value }) => value)).toEqual(values)
  expect(await outbox.database.client`select 1 from outbox_rejected where key = ${key}`).toEqual([])
}, 60_000)

it('publishes a rejected row that is inserted into the outbox again', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const key = newOrderId()
  await outbox.database.client`
    insert into outbox_rejected (id, topic, key, headers, value, created_at, reason)
    values (-1, 'order.events', ${key}, '{"ce_type": "OrderExpired"}', '{}', now(), 'it was too large')`
  outbox.startRelay()
  await outbox.database.client`
    with again as (delete from outbox_rejected where id = -1 returning topic, key, headers, value)
    insert into outbox (topic, key, headers, value) select * from again`
  await watch.next(record => record.key === key, { what: 'it is on Kafka' })
})
