import { connect } from 'node:net'
import { runToEnd, startProcess, testKafka, waitUntil } from '@alipay-checkout/test-support'
import { Kafka, logLevel, PartitionAssigners } from 'kafkajs'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { expired, openTestConsumers, type TestConsumers } from './test-consumer.ts'
import { newOrderId } from './test-outbox.ts'

let server: TestConsumers
beforeAll(async () => {
  server = await openTestConsumers('consumer')
})
afterAll(() => server?.close())

it('promise 14: ends the process and logs the reason when its consumer can not go on', async () => {
  const { groupId, topic } = await server.createGroup()
  // Kafka permanently refuses a member whose assigner differs from that of the group.
  const other = testKafka(server.brokers).consumer({
    groupId,
    partitionAssigners: [config => ({ ...PartitionAssigners.roundRobin(config), name: 'AnotherAssigner' })],
  })
  const joined = new Promise(resolve => other.on('consumer.group_join', resolve))
  await other.connect()
  onTestFinished(() => other.disconnect())
  await other.subscribe({ topic })
  await other.run({ eachMessage: async () => {} })
  await joined
  const running = startProcess('packages/messaging/src/test-consumer-program.ts', {
    args: [server.brokers, server.databaseUrl, groupId, topic],
  })
  onTestFinished(async () => void (await running.stop()))
  expect(await running.exited).toBe(1)
  expect(running.output()).toContain(`the consumer ${groupId} died`)
})

it('recovers after a time without a group coordinator, as when Kafka starts', async () => {
  const findCoordinator = 10
  const broker = { isStarting: true, requests: 0 }
  const kafka = new Kafka({
    brokers: [server.brokers],
    logLevel: logLevel.NOTHING,
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port }, onConnect)
      const write = socket.write.bind(socket)
      // The API key of a request follows the length of its frame.
      const writeOrReset = (frame: Buffer) => {
        if (!broker.isStarting || frame.readInt16BE(4) !== findCoordinator) return write(frame)
        broker.requests++
        socket.destroy(new Error('the broker is starting'))
        return false
      }
      return Object.assign(socket, { write: writeOrReset })
    },
  })
  const group = await server.createGroup()
  await group.join({ kafka })
  await waitUntil(() => broker.requests > 1, { what: 'the consumer has requested the coordinator again' })
  broker.isStarting = false
  const orderId = newOrderId()
  await group.send([expired(orderId)])
  await waitUntil(async () => (await group.handledIds()).includes(orderId), { what: 'the event is handled' })
})

it('names an unknown dead letter in the dead-letter tool', async () => {
  const env = { KAFKA_BROKERS: server.brokers }
  const shown = runToEnd('packages/messaging/src/dlq-cli.ts', { args: ['show', 'unknown-group', '0/1'], env })
  await expect(shown).rejects.toThrow('unknown-group has no dead letter 0/1')
})
