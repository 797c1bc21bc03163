import { waitUntil, watchTopics } from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { appendEvents, newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

let outbox: TestOutbox
beforeAll(async () => {
  outbox = await openTestOutbox('relay_cost')
})
afterAll(() => outbox?.close())

const events = (key: string, count: number) =>
  Array.from({ length: count }, () => ({ type: 'OrderExpired' as const, key, data: { orderId: key } }))

/** Pages that the relay touches in one read of the empty outbox. */
async function pagesTouched(): Promise<number> {
  const { client } = outbox.database
  const read = async () => {
    const [row] = await client<{ n: number }[]>`
      select (idx_blks_hit + idx_blks_read + heap_blks_hit + heap_blks_read)::int as n
      from pg_statio_user_tables where relname = 'outbox'`
    return row?.n ?? 0
  }
  const scansNow = async () => {
    const [row] = await client<
      { n: number }[]
    >`select idx_scan::int as n from pg_stat_user_tables where relname = 'outbox'`
    return row?.n ?? 0
  }
  const [pages, scans] = [await read(), await scansNow()]
  await waitUntil(async () => (await scansNow()) >= scans + 6, {
    what: 'the relays have read six more times',
    timeoutMs: 20_000,
  })
  return ((await read()) - pages) / ((await scansNow()) - scans)
}

it('reads the outbox at a constant cost beside an open snapshot, however many rows were published', async () => {
  const snapshot = postgres(outbox.databaseUrl, { max: 1 })
  onTestFinished(() => snapshot.end({ timeout: 1 }))
  const begun = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  const open = snapshot.begin('isolation level repeatable read', async tx => {
    await tx`select count(*) from outbox`
    begun.resolve()
    await over.promise
  })
  await begun.promise
  const [leader, follower] = [outbox.startRelay(), outbox.startRelay()]
  const late = newOrderId()
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  for (let round = 0; round < 4; round++)
    await outbox.database.db.transaction(tx => appendEvents(tx, 'test', events(newOrderId(), 5_000), new Date()))
  leader.wake()
  await waitUntil(async () => (await outbox.depth()) === 0, { what: 'all is published', timeoutMs: 60_000 })
  // A read from the first id on would touch every page of 20,000 deleted rows.
  await waitUntil(async () => (await pagesTouched()) < 20, { what: 'a read touches a few pages', timeoutMs: 60_000 })
  expect(follower.state().leader || leader.state().leader).toBe(true)

  // A row that is committed late is still found, though its id is the lowest.
  await outbox.database.db.transaction(async tx => {
    await appendEvents(tx, 'test', events(late, 1), new Date())
    for (let round = 0; round < 2; round++) {
      const key = newOrderId()
      await outbox.database.db.transaction(other => appendEvents(other, 'test', events(key, 1_000), new Date()))
      leader.wake()
      await watch.next(record => record.key === key, { what: 'a higher id is on Kafka' })
      await waitUntil(async () => (await outbox.depth()) === 0, { what: 'and deleted' })
      // Takes longer than the bound of settled ids takes to move.
      await pagesTouched()
    }
  })
  leader.wake()
  await watch.next(record => record.key === late, { what: 'the lower id is on Kafka' })
  over.resolve()
  await open
}, 150_000)
