import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EventType, eventIdLifetimeMs, eventTypes, recordBytesMax, type Topic } from '@alipay-checkout/contracts'
import { topicPlans } from '@alipay-checkout/kafka-topics'
import { generatedNotice, table, wrap } from './markdown.ts'
import { repositoryRoot } from './repository.ts'

/** The part of JSON Schema that event schemas use. */
interface JsonSchema {
  type?: string
  const?: unknown
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  format?: string
  description?: string
}

const producers: Record<Topic, string> = {
  'order.events': 'order-service',
  'payment.events': 'payment-service',
  'inventory.events': 'inventory-service',
}

const days = (ms: number) => `${ms / (24 * 60 * 60 * 1000)} days`

/** The page `docs/events.md`: every topic and event, from the contracts. */
export function eventsPage(): string {
  const types = [...eventTypes.values()]
  const sections = Object.entries(producers).map(([topic, producer]) => {
    const events = types.filter(type => type.topic === topic).map(eventSection)
    return [`## ${topic}`, '', `Published by ${producer}.`, '', events.join('\n\n')].join('\n')
  })
  return `${[introduction(), ...sections].join('\n\n')}\n`
}

function introduction(): string {
  const retention = table(
    ['topic', 'for', 'kept'],
    topicPlans.map(({ topic, settings }) => [`\`${topic}\``, purposeOf(topic), days(settings['retention.ms'])]),
  )
  const eventRetention = topicPlans.find(({ topic }) => topic === 'order.events')?.settings['retention.ms'] ?? 0
  return `# Events

${generatedNotice('packages/contracts')}

Other systems (fulfilment, analytics) learn what happens to orders from Kafka. Records are
[CloudEvents 1.0](https://cloudevents.io) in binary mode: attributes in headers, data as JSON in
the value.

## What consumers may rely on

- **Order per key.** The key is the order id (of \`ProductChanged\`, the SKU). Events with one key are
  in one partition, in the order in which they happened. There is no order between keys.
- **At least once.** An event can be delivered again. A repeat has the same \`ce_id\` (a UUIDv7):
  remember the ids that you have handled, for ${days(eventIdLifetimeMs)}.
- **Nothing is lost.** An event is stored in the transaction of its cause and published after the
  commit, also if Kafka was unavailable meanwhile.
- **Retention.** Events are kept for ${days(eventRetention)}. A consumer that stops for longer misses events.
- **Compatibility.** An event type gains optional fields only. Ignore fields that you do not know.
  Any other change becomes a new type: skip types that you do not know.
- **Size.** A record has at most ${recordBytesMax / 1024} KiB.
- **Money** is an integer number of fen (0.01 yuan). **Times** are ISO 8601 in UTC.

Use a consumer group of your own. \`order-service\`, \`payment-service\` and \`inventory-service\` are
taken.

## Headers

${table(
  ['header', 'value'],
  [
    ['`ce_id`', 'id of the event, a UUIDv7; the same in every repeat'],
    ['`ce_type`', 'name of the event, for example `OrderPaid`'],
    ['`ce_source`', 'the service that published it, for example `/order-service`'],
    ['`ce_time`', 'when it happened'],
    ['`ce_subject`', 'the key: order id or SKU'],
    ['`ce_specversion`', '`1.0`'],
    ['`ce_traceparent`', 'W3C trace context of the request that caused it, where there was one'],
    ['`content-type`', '`application/json`'],
  ],
)}

## Topics

${retention}

Dead letters and retries belong to the services ([dead letters](operations/dead-letters.md)). Other
systems read the topics with events only.

## A consumer

The package [\`@alipay-checkout/consumer\`](../packages/consumer/README.md) handles events with an
exactly-once effect in your PostgreSQL database: repeats are recognised in the transaction of your
handler, and an event that can't be handled becomes a dead letter of your group.

\`\`\`ts
import { createConsumer, createTables } from '@alipay-checkout/consumer'

await createTables(databaseUrl)
const consumer = createConsumer({
  group: 'fulfilment',
  brokers: 'kafka-1:9092,kafka-2:9092',
  databaseUrl,
  on: {
    OrderPaid: ({ data }, sql) => sql\`insert into parcels (order_id) values (\${data.orderId})\`,
    OrderRefunded: ({ data }, sql) => stopParcel(sql, data.orderId, data.isWhole),
    OutsideRefundDetected: ({ data }, sql) => stopParcel(sql, data.orderId, true),
  },
})
await consumer.start()
\`\`\`

A system that ships goods handles these three events: \`OrderPaid\` (ship), \`OrderRefunded\` (money
was refunded) and \`OutsideRefundDetected\` (money was refunded outside this system: stop).

In another language, store \`ce_id\` in the transaction of the effect, skip ids that are stored, and
commit offsets after that transaction.`
}

function purposeOf(topic: string): string {
  if (topic.endsWith('.dlq')) return `records that ${topic.slice(0, -4)} could not handle`
  if (topic.endsWith('.retry')) return `dead letters redriven to ${topic.slice(0, -6)}`
  return `events of ${producers[topic as Topic]}`
}

function eventSection(type: EventType): string {
  const schema = type.data as JsonSchema
  const fields = table(['field', 'type', 'meaning'], fieldsOf(schema, ''))
  const sample = JSON.stringify(sampleOf(type.name), null, 2)
  if (!schema.description) throw new Error(`${type.name} has no description in its schema`)
  return `### ${type.name}\n\n${wrap(schema.description).join('\n')}\n\n${fields}\n\n\`\`\`json\n${sample}\n\`\`\``
}

function fieldsOf(schema: JsonSchema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : ', optional'
    const path = `${prefix}${name}`
    const row = [`\`${path}\``, typeOf(field) + optional, field.description ?? '']
    const nested = field.items ?? field
    return [row, ...fieldsOf(nested, field.items ? `${path}[].` : `${path}.`)]
  })
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.format === 'date-time') return 'time'
  return schema.type ?? 'any'
}

/** The stored sample of an event type that sorts first. */
function sampleOf(name: string): unknown {
  const folder = join(repositoryRoot, 'packages/contracts/samples')
  for (const file of readdirSync(folder).sort().reverse()) {
    const { type, data } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { type: string; data: unknown }
    if (type === name) return data
  }
  throw new Error(`${name} has no sample in packages/contracts/samples`)
}
