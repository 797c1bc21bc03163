import { createHash } from 'node:crypto'
import { consumerGroups } from './events/catalog.ts'
import { type EventType, eventTopicSettings, type Topic } from './events/event.ts'
import type { JsonSchema } from './events/fields.ts'
import {
  EventHeaders,
  eventGuarantees,
  eventsIntroduction,
  eventsOf,
  eventTopics,
  keyFieldOf,
  topicProducers,
} from './events/guide.ts'
import type { EventSample } from './events/samples.ts'

const bindingVersion = '0.5.0'

/**
 * Describes all events as an AsyncAPI 3.0 document, from the side of a consumer: its operations receive.
 *
 * @param options.samples become the examples of their event type
 * @param options.publicUrl the gateway's address, without a slash at the end
 */
export function asyncApiDocument({ samples, publicUrl }: { samples: readonly EventSample[]; publicUrl: string }) {
  const messages = eventTopics.flatMap(eventsOf).map(type => [type.name, messageOf(type, samples)] as const)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'alipay-checkout events',
      version: '0.1.0',
      description: [
        eventsIntroduction,
        'This document describes a consumer: its operations receive. Only the services of this system send.',
        ...eventGuarantees.map(({ title, text }) => `- **${title}** ${text}`),
      ].join('\n\n'),
      license: { name: 'MIT' },
      externalDocs: { description: 'The same as a page', url: `${publicUrl}/events` },
      tags: eventTopics.map(topic => ({ name: topicProducers[topic], description: `Publishes ${topic}` })),
    },
    defaultContentType: 'application/json',
    servers: { kafka: kafkaServer },
    channels: Object.fromEntries(eventTopics.map(topic => [channelIdOf(topic), channelOf(topic)])),
    operations: Object.fromEntries(eventTopics.map(topic => [operationIdOf(topic), operationOf(topic)])),
    components: { messages: Object.fromEntries(messages) },
  }
}

const kafkaServer = {
  host: '{host}',
  protocol: 'kafka',
  description:
    'The Kafka that the services use. Its address depends on the deployment and is not known here: it is the setting KAFKA_BROKERS of the services.',
  variables: {
    host: {
      description: 'A placeholder: `host:port` of a broker',
      default: 'kafka.example.com:9092',
      examples: ['localhost:9092'],
    },
  },
}

/** `orderEvents` for `order.events`: dots do not fit into names that generators make. */
const channelIdOf = (topic: Topic) => topic.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase())

const operationIdOf = (topic: Topic) => {
  const id = channelIdOf(topic)
  return `receive${id.charAt(0).toUpperCase()}${id.slice(1)}`
}

function channelOf(topic: Topic) {
  return {
    address: topic,
    title: topic,
    description: `Events of ${topicProducers[topic]}. How many partitions there are depends on the deployment.`,
    servers: [{ $ref: '#/servers/kafka' }],
    messages: Object.fromEntries(eventsOf(topic).map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: {
      kafka: {
        topic,
        topicConfiguration: eventTopicSettings,
        bindingVersion,
      },
    },
  }
}

function operationOf(topic: Topic) {
  const channel = `#/channels/${channelIdOf(topic)}`
  return {
    action: 'receive',
    title: `Receive ${topic}`,
    summary: `A consumer receives the events of ${topicProducers[topic]}.`,
    channel: { $ref: channel },
    messages: eventsOf(topic).map(({ name }) => ({ $ref: `${channel}/messages/${name}` })),
    bindings: {
      kafka: {
        groupId: {
          type: 'string',
          not: { enum: [...consumerGroups] },
          description: 'A consumer group of your own; those of the services are taken',
        },
        bindingVersion,
      },
    },
  }
}

function messageOf(type: EventType, samples: readonly EventSample[]) {
  const { description, ...payload } = plain(type.data)
  const keyField = keyFieldOf(type)
  return {
    name: type.name,
    title: type.name,
    summary: description,
    contentType: 'application/json',
    tags: [{ name: topicProducers[type.topic] }],
    headers: headersOf(type),
    payload: { title: type.name, ...payload },
    correlationId: {
      description: `The record's key, \`${keyField}\`: the same in all events about one ${keyField === 'sku' ? 'product' : 'order'}`,
      location: '$message.header#/ce_subject',
    },
    bindings: { kafka: { key: payload.properties?.[keyField], bindingVersion } },
    examples: samples
      .filter(sample => sample.type === type.name)
      .map(sample => ({ name: sample.name, headers: exampleHeadersOf(type, sample), payload: sample.data })),
  }
}

function headersOf({ name, topic }: EventType): JsonSchema {
  const headers = plain(EventHeaders)
  const withConst = (header: string, value: string) => ({ ...headers.properties?.[header], const: value })
  return {
    ...headers,
    properties: {
      ...headers.properties,
      ce_type: withConst('ce_type', name),
      ce_source: withConst('ce_source', `/${topicProducers[topic]}`),
    },
  }
}

/** The headers of a record with a sample's data. Each sample has an id of its own. */
export function exampleHeadersOf(type: EventType, { name, data }: EventSample): Record<string, string> {
  const hex = createHash('sha256').update(name).digest('hex')
  return {
    ce_id: `019ab08b-5c08-7${hex.slice(0, 3)}-9${hex.slice(3, 6)}-${hex.slice(6, 18)}`,
    ce_type: type.name,
    ce_source: `/${topicProducers[type.topic]}`,
    ce_time: '2026-11-23T02:30:12.000Z',
    ce_subject: String(data[keyFieldOf(type)]),
    ce_specversion: '1.0',
    ce_traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03',
    'content-type': 'application/json',
  }
}

/** The schema alone, without what TypeBox adds for itself. */
const plain = (schema: object) => JSON.parse(JSON.stringify(schema)) as JsonSchema
