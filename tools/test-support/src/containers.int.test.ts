import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { forcedStack } from './config.ts'
import { images, startContainers } from './containers.ts'
import { testKafka } from './topics.ts'

const startTimeoutMs = 180_000

it('uses the images of docker-compose.yml', async () => {
  const compose = await readFile(new URL('../../../docker-compose.yml', import.meta.url), 'utf8')
  for (const image of Object.values(images)) expect(compose).toContain(`image: ${image}\n`)
})

it(
  'starts PostgreSQL, Kafka and Redis in containers and removes them',
  async context => {
    if (forcedStack() !== 'docker') context.skip('needs a Docker daemon: run with TEST_STACK=docker')
    const stack = await startContainers()
    const admin = testKafka(stack.addresses.kafkaBrokers).admin()
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    // The broker sends its clients to its advertised address: it must be one that they can reach.
    expect(brokers.map(({ host, port }) => `${host}:${port}`)).toEqual([stack.addresses.kafkaBrokers])
    await admin.disconnect()

    await stack.stop()

    const again = testKafka(stack.addresses.kafkaBrokers).admin()
    await expect(again.connect()).rejects.toThrow()
    await again.disconnect()
  },
  startTimeoutMs,
)
