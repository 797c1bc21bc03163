import { createLogger } from '@alipay-checkout/service-kit'
import { openDatabase } from '@alipay-checkout/service-kit/database'
import { Registry } from 'prom-client'
import { openKafka, openProducer } from './kafka.ts'
import { startRelay } from './relay.ts'

/** For tests: a process with nothing but a relay, which prints when it publishes. Arguments: brokers, the URL of a database. */
const [brokers = '', url = ''] = process.argv.slice(2)
const logger = createLogger('test', 'silent')
const producer = openProducer(openKafka({ brokers, clientId: 'test', logger }))
await producer.connect()
const relay = startRelay({
  service: 'order-service',
  database: openDatabase({ url, name: 'test' }),
  producer,
  logger,
  registry: new Registry(),
})
const watching = setInterval(() => {
  if (!relay.state().leader) return
  clearInterval(watching)
  console.log('it leads')
}, 50)
