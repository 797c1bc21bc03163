import { uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteIdsBefore } from './inbox.ts'
import { openTestOutbox, type TestOutbox } from './test-outbox.ts'

let server: TestOutbox
beforeAll(async () => {
  server = await openTestOutbox('inbox')
})
afterAll(() => server?.close())

it('deletes the ids of events that Kafka no longer keeps, of its own group only', async () => {
  const groupId = uniqueName('group')
  const bound = new Date('2026-01-15T00:00:00Z')
  const [old, young] = ['019bbe00-0000-7000-8000-000000000000', '019bff00-0000-7000-8000-000000000000']
  const longAgo = '2026-01-10T00:00:00Z'
  const record = (consumer: string, id: string, at: string) =>
    server.database.client`insert into inbox (consumer, event_id, received_at) values (${consumer}, ${id}, ${at})`
  await record(groupId, old, longAgo)
  await record(groupId, young, longAgo)
  await record(`${groupId}-other`, old, longAgo)
  // Created long ago and received lately: it was redriven.
  await record(`${groupId}-late`, old, new Date().toISOString())
  for (const group of [groupId, `${groupId}-late`]) await deleteIdsBefore(server.database.db, group, bound)
  const left = await server.database.client`
    select consumer, event_id from inbox where consumer like ${`${groupId}%`} order by consumer`
  expect(left.map(row => [row.consumer, row.event_id])).toEqual([
    [groupId, young],
    [`${groupId}-late`, old],
    [`${groupId}-other`, old],
  ])
})

it('deletes all ids that are due, however many there are, also by several replicas at once', async () => {
  const groupId = uniqueName('group')
  await server.database.client`
    insert into inbox (consumer, event_id, received_at)
    select ${groupId}, ('019b0000-' || lpad(to_hex(n % 65536), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
      '2026-01-10T00:00:00Z'
    from generate_series(1, 45000) n`
  const bound = new Date('2026-01-15T00:00:00Z')
  await Promise.all([1, 2].map(() => deleteIdsBefore(server.database.db, groupId, bound)))
  expect(await server.database.client`select 1 from inbox where consumer = ${groupId}`).toEqual([])
})
