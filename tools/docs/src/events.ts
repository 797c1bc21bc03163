import {
  consumerGroupRule,
  EventHeaders,
  type EventSample,
  type EventType,
  eventGuarantees,
  eventsIntroduction,
  eventsOf,
  eventTopics,
  fieldsOf,
  type JsonSchema,
  readSamples,
  type Topic,
  topicProducers,
} from '@alipay-checkout/contracts'
import { topicPlans } from '@alipay-checkout/kafka-topics'
import { generatedNotice, table, wrap } from './markdown.ts'

const days = (ms: number) => `${ms / (24 * 60 * 60 * 1000)} days`

/** The page `docs/events.md`: every topic and event, from the contracts. */
export function eventsPage(): string {
  const samples = readSamples()
  const sections = eventTopics.map(topic => {
    const events = eventsOf(topic).map(type => eventSection(type, samples))
    return [`## ${topic}`, '', `Published by ${topicProducers[topic]}.`, '', events.join('\n\n')].join('\n')
  })
  return `${[introduction(), ...sections].join('\n\n')}\n`
}

function introduction(): string {
  const retention = table(
    ['topic', 'for', 'kept'],
    topicPlans.map(({ topic, settings }) => [`\`${topic}\``, purposeOf(topic), days(settings['retention.ms'])]),
  )
  const guarantees = eventGuarantees.map(({ title, text }) => listItem(`**${title}** ${text}`))
  return `# Events

${generatedNotice('packages/contracts')}

${wrap(eventsIntroduction).join('\n')}

The gateway serves the same as a page, \`/events\`, and for machines as
[AsyncAPI](https://www.asyncapi.com) 3.0, \`/asyncapi.json\`. How an event may change:
[contributing](../CONTRIBUTING.md#change-an-event).

## What consumers may rely on

${guarantees.join('\n')}

${wrap(consumerGroupRule).join('\n')}

## Headers

${table(
  ['header', 'value'],
  fieldsOf(EventHeaders as JsonSchema).map(({ path, meaning }) => [`\`${path}\``, meaning]),
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
  return `events of ${topicProducers[topic as Topic]}`
}

const listItem = (text: string) => `- ${wrap(text, 98).join('\n  ')}`

function eventSection(type: EventType, samples: readonly EventSample[]): string {
  const schema = type.data as JsonSchema
  const sample = samples.find(({ type: name }) => name === type.name)
  if (!schema.description) throw new Error(`${type.name} has no description in its schema`)
  if (!sample) throw new Error(`${type.name} has no sample in packages/contracts/samples`)
  const fields = table(
    ['field', 'type', 'meaning'],
    fieldsOf(schema).map(({ path, type, optional, meaning }) => [
      `\`${path}\``,
      optional ? `${type}, optional` : type,
      meaning,
    ]),
  )
  const example = `\`\`\`json\n${JSON.stringify(sample.data, null, 2)}\n\`\`\``
  return [`### ${type.name}`, wrap(schema.description).join('\n'), fields, example].join('\n\n')
}
