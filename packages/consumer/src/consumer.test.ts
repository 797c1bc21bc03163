import { expect, it } from 'vitest'
import { createConsumer, type Handlers } from './index.ts'

const options = { group: 'fulfilment', brokers: 'localhost:1', databaseUrl: 'postgres://localhost:1/none' }
const on: Handlers = { OrderPaid: async () => {} }

it.each(['order-service', 'payment-service', 'inventory-service'])('refuses the group %s of the system', group => {
  expect(() => createConsumer({ ...options, group, on })).toThrow(`the group ${group} belongs to the system`)
})

it.each(['', 'with space', 'a/b', 'a'.repeat(241)])(
  'refuses the group %j, which topics can not be named after',
  group => {
    expect(() => createConsumer({ ...options, group, on })).toThrow('group must be')
  },
)

it('refuses handlers of unknown events, and names the known ones', () => {
  const unknown = { OrderVanished: async () => {} } as Handlers
  expect(() => createConsumer({ ...options, on: unknown })).toThrow(/no event OrderVanished; there are OrderCreated,/)
})

it('refuses to handle nothing', () => {
  expect(() => createConsumer({ ...options, on: {} })).toThrow('name at least one event')
})

it('says what it waits for while the database is away, and stops meanwhile', async () => {
  const lines: string[] = []
  const log = (_fields: object, message: string) => void lines.push(message)
  const consumer = createConsumer({ ...options, on, logger: { info: log, warn: log, error: log } })
  await expect(consumer.check()).rejects.toThrow('fulfilment does not consume: it was not started')
  const started = consumer.start()
  await expect.poll(() => lines).toContain('waiting for the database')
  await expect(consumer.check()).rejects.toThrow('it waits for the database: ')
  await consumer.stop()
  await started
  await expect(consumer.check()).rejects.toThrow('fulfilment does not consume: it was stopped')
  await expect(consumer.start()).rejects.toThrow('create another consumer')
})
