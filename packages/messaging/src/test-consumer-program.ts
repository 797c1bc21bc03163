import { createLogger } from '@alipay-checkout/service-kit'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { Registry } from 'prom-client'
import { startConsumer } from './consumer.ts'
import { openKafka, openProducer } from './kafka.ts'

/** For tests: a process with nothing but a consumer. Takes brokers, a database's address, a group and a topic. */
const [brokers = '', url = '', groupId = '', topic = ''] = process.argv.slice(2)
const logger = createLogger('test', 'silent')
const kafka = openKafka({ brokers, clientId: 'test', logger })
const producer = openProducer(kafka)
await producer.connect()
await startConsumer({
  kafka,
  producer,
  groupId,
  topics: [topic],
  handlers: [],
  database: openDatabase({ url, name: 'test' }),
  logger,
  registry: new Registry(),
  onCommitted: () => {},
})
