import { randomBytes } from 'node:crypto'
import { openKafka, openProducer } from '@alipay-checkout/messaging'
import { createLogger } from '@alipay-checkout/service-kit'
import { testKafka } from '@alipay-checkout/test-support'

export const silent = createLogger('test', 'silent')

/** A record as payment-service publishes it. */
export interface TestRecord {
  key: string
  value: string
  headers: Record<string, string>
}

export const newOrderId = () => `ord_${randomBytes(16).toString('hex')}`

/** A RefundFailed, which no service of the system handles: other tests may consume the same topic. */
export function refundFailed(orderId: string, why = 'refused'): TestRecord {
  const data = {
    orderId,
    refundId: `ref_${randomBytes(16).toString('hex')}`,
    outTradeNo: orderId,
    amountFen: 100,
    reason: 'requested',
    why,
  }
  return {
    key: orderId,
    value: JSON.stringify(data),
    headers: {
      ce_id: crypto.randomUUID(),
      ce_type: 'RefundFailed',
      ce_source: '/payment-service',
      ce_specversion: '1.0',
      ce_time: '2026-11-24T02:30:11.000Z',
      'content-type': 'application/json',
    },
  }
}

/** Sends records to `payment.events` in their order, and closes its connection. */
export async function sendRecords(brokers: string, messages: TestRecord[]): Promise<void> {
  const producer = openProducer(openKafka({ brokers, clientId: 'test', logger: silent }))
  await producer.connect()
  try {
    await producer.send({ topic: 'payment.events', messages })
  } finally {
    await producer.disconnect()
  }
}

/** Removes groups without members, and the topics that only they use. */
export async function removeGroups(brokers: string, groups: readonly string[]): Promise<void> {
  const admin = testKafka(brokers).admin()
  await admin.connect()
  try {
    await admin.deleteTopics({ topics: groups.flatMap(group => [`${group}.dlq`, `${group}.retry`]) })
    await admin.deleteGroups([...groups])
  } finally {
    await admin.disconnect()
  }
}
