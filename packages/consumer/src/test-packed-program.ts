// For tests: a system outside this workspace. Arguments: brokers, the URL of its database, its group, an order in whose
// handler it stays.
import { createConsumer, createTables } from '@alipay-checkout/consumer'

const [brokers = '', databaseUrl = '', group = '', stayAt = ''] = process.argv.slice(2)

await createTables(databaseUrl)
const consumer = createConsumer({
  group,
  brokers,
  databaseUrl,
  on: {
    RefundFailed: async ({ data }, sql) => {
      const { orderId, why } = data
      await sql`insert into notices (order_id, why) values (${orderId}, ${why})`
      if (why === 'poison') throw new Error('nobody can be told')
      if (orderId !== stayAt) return
      console.log('inside')
      await new Promise(() => {})
    },
    // Compiled, and not sent in the test.
    OrderPaid: async ({ key, data, traceparent }, sql) => {
      const units: number = data.lines.reduce((sum, line) => sum + line.quantity, 0)
      await sql`insert into parcels values (${key}, ${units}, ${traceparent ?? null})`
    },
  },
})
process.once('SIGTERM', () => void consumer.stop())
await consumer.start()
console.log('started')
