import { createLogger } from '@alipay-checkout/service-kit'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { Registry } from 'prom-client'
import { startConsumer } from './consumer.ts'
import { openKafka, openProducer } from './kafka.ts'
import { createOutbox } from './outbox.ts'

/** For tests: a process with nothing but a consumer. Arguments: brokers, the URL of a database, a group, a topic. */
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
  outbox: createOutbox({ db: openDatabase({ url, name: 'test' }).db, service: groupId }),
  logger,
  registry: new Registry(),
})
