import { createTopics, topicPlans } from '@alipay-checkout/kafka-topics'
import { ConfigResourceTypes } from 'kafkajs'
import { expect, it, onTestFinished } from 'vitest'
import { testStack } from './stack.ts'
import { testKafka } from './topics.ts'

it('sets size and retention of topics, also of existing ones', async () => {
  const { kafkaBrokers } = await testStack()
  await createTopics({ brokers: kafkaBrokers })
  const admin = testKafka(kafkaBrokers).admin()
  await admin.connect()
  onTestFinished(() => admin.disconnect())
  const topic = (name: string) => ({ type: ConfigResourceTypes.TOPIC, name })
  const settingsOf = async (name: string) => {
    const { resources } = await admin.describeConfigs({ resources: [topic(name)], includeSynonyms: false })
    return Object.fromEntries(
      (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]),
    )
  }
  // As an earlier release made it, with a setting changed since: Kafka replaces all settings at once.
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        ...topic('inventory-service.retry'),
        configEntries: [
          { name: 'retention.ms', value: '7776000000' },
          { name: 'min.insync.replicas', value: '1' },
          { name: 'flush.messages', value: '12345' },
        ],
      },
    ],
  })
  await createTopics({ brokers: kafkaBrokers })
  const found = await Promise.all(
    topicPlans.map(async ({ topic, settings }) => {
      const all = await settingsOf(topic)
      return [topic, Object.fromEntries(Object.keys(settings).map(name => [name, all[name]]))]
    }),
  )
  // What is delivered is gone after 14 days and a segment's age: see eventIdLifetimeMs.
  const delivered = topicPlans.filter(({ topic }) => !topic.endsWith('.dlq')).map(({ settings }) => settings)
  expect(new Set(delivered.map(settings => settings['retention.ms'] / 86_400_000))).toEqual(new Set([14]))
  expect(new Set(delivered.map(settings => settings['segment.ms'] / 86_400_000))).toEqual(new Set([1]))
  const texts = (settings: object) =>
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
  expect(found).toEqual(topicPlans.map(({ topic, settings }) => [topic, texts(settings)]))
  expect(await settingsOf('inventory-service.retry')).toMatchObject({ 'flush.messages': '12345' })
})

it.each([
  ['two hours ahead', 2 * 3_600_000],
  ['20 days behind', -20 * 86_400_000],
])("takes a record of a replica whose clock is %s as new, because the broker's clock decides", async (_, offsetMs) => {
  const { kafkaBrokers } = await testStack()
  await createTopics({ brokers: kafkaBrokers })
  const producer = testKafka(kafkaBrokers).producer()
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  // Marks a dead letter that never was, so that it means nothing to anybody.
  const record = { value: null, headers: { dlq_redriven: 'none' }, timestamp: String(Date.now() + offsetMs) }
  for (const { topic } of topicPlans.filter(plan => plan.topic.endsWith('.dlq'))) {
    const [taken] = await producer.send({ topic, messages: [record] })
    expect(Math.abs(Number(taken?.logAppendTime) - Date.now())).toBeLessThan(60_000)
  }
})
