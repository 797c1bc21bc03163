import { createLogger } from '@alipay-checkout/service-kit'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { startConsumer } from './consumer.ts'
import { createBatchApplier } from './handler.ts'
import { openKafka, openProducer } from './kafka.ts'
import { createOutbox } from './outbox.ts'

/** For tests: a process with nothing but a consumer. Arguments: brokers, the URL of a database, a group, a topic. */
const [brokers = '', url = '', groupId = '', topic = ''] = process.argv.slice(2)
const logger = createLogger('test', 'silent')
const kafka = openKafka({ brokers, clientId: 'test', logger })
const producer = openProducer(kafka)
await producer.connect()
const outbox = createOutbox({ db: openDatabase({ url, name: 'test' }).db, service: groupId })
await startConsumer({
  kafka,
  producer,
  groupId,
  topics: [topic],
  applier: createBatchApplier({ outbox, groupId, handlers: [] }),
  logger,
})
