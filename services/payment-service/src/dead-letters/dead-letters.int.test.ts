import type { DeadLetter, DeadLetterPage, DeadLetterReasons, HandledDeadLetters } from '@alipay-checkout/contracts'
import {
  type BatchConsumer,
  createBatchApplier,
  createDeadLetterWriter,
  type DeadLetterWatch,
  type DeadLetterWriter,
  deadLetterTopic,
  openKafka,
  openProducer,
  retryTopic,
  startConsumer,
} from '@alipay-checkout/messaging'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import { createTopicsNamed, testKafka, testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDeadLetterCases } from '../cases/dead-letter-cases.ts'
import { callAsAdmin } from '../test-admin.ts'
import { silent } from '../test-database.ts'
import { orderCreated, startTestService, type TestService } from '../test-service.ts'
import { newOrderId } from '../test-shop.ts'
import { createDeadLetterJob } from './write-dead-letters-job.ts'

const group = uniqueName('dead')
const topics = [deadLetterTopic(group), retryTopic(group)]

let service: TestService
let kafka: ReturnType<typeof openKafka>
let producer: ReturnType<typeof openProducer>
let watch: DeadLetterWatch
let consumer: BatchConsumer
let writer: DeadLetterWriter
let job: DueWorker
/** Makes the next writes end with an error after they have reached Kafka, as a crash does. */
let isCrashing = false

beforeAll(async () => {
  const { kafkaBrokers: brokers } = await testStack()
  await createTopicsNamed([deadLetterTopic(group)], { partitions: 3 })
  await createTopicsNamed([retryTopic(group)], { partitions: 1 })
  service = await startTestService()
  const { database, outbox } = service
  kafka = openKafka({ brokers, clientId: 'test', logger: silent })
  producer = openProducer(kafka)
  await producer.connect()
  const common = { kafka: { brokers }, db: database.db, logger: silent, registry: new Registry() }
  watch = startDeadLetterCases({ ...common, groupId: uniqueName('watch'), consumers: [group] })
  // The group's consumer, which handles only what is redriven.
  consumer = await startConsumer({
    kafka,
    producer,
    groupId: group,
    topics: [],
    applier: createBatchApplier({ outbox, groupId: group, handlers: [service.handler] }),
    logger: silent,
  })
  writer = createDeadLetterWriter({ brokers, clientId: 'test-writer', logger: silent })
  const crash = (): void => {
    if (isCrashing) throw new Error('the process died')
  }
  job = createDeadLetterJob({
    db: database.db,
    logger: silent,
    writer: {
      ...writer,
      redrive: letter =>
        writer.redrive(letter).then(outcome => {
          crash()
          return outcome
        }),
      discard: (letter, reason) => writer.discard(letter, reason).then(crash),
    },
  })
}, 60_000)
afterAll(async () => {
  await job?.close()
  await Promise.all([watch?.stop(), consumer?.stop(), writer?.close(), producer?.disconnect()])
  await service?.close()
  const admin = testKafka((await testStack()).kafkaBrokers).admin()
  await admin.connect()
  await admin.deleteTopics({ topics })
  await admin.disconnect()
})

interface Options {
  value?: Buffer | string
  reason?: string
  headers?: Record<string, string>
}

/** Publishes dead letters of OrderCreated, and waits until they are listed. Returns their orders and ids. */
async function deadLetter(count: number, { value, reason = 'it failed', headers = {} }: Options = {}) {
  const orderIds = Array.from({ length: count }, newOrderId)
  const ids: string[] = []
  for (const [n, orderId] of orderIds.entries()) {
    const failure = {
      dlq_topic: 'order.events',
      dlq_partition: '0',
      dlq_offset: String(n),
      dlq_at: new Date().toISOString(),
    }
    const event = {
      ...{ ce_id: crypto.randomUUID(), ce_type: 'OrderCreated', ce_source: '/order-service', ce_specversion: '1.0' },
      ...{ ce_time: new Date().toISOString(), ce_subject: orderId, 'content-type': 'application/json' },
    }
    const [sent] = await producer.send({
      topic: deadLetterTopic(group),
      acks: -1,
      messages: [
        {
          key: orderId,
          value: value ?? JSON.stringify(orderCreated(orderId).data),
          headers: { ...event, ...failure, dlq_reason: reason.replace('%', orderId), ...headers },
        },
      ],
    })
    ids.push(`dlq_${group}_${sent?.partition}_${sent?.baseOffset}`)
  }
  await waitUntil(async () => (await statusesOf(ids)).length === count, { what: 'they are listed', timeoutMs: 30_000 })
  return { orderIds, ids }
}
const statusesOf = async (ids: string[]) =>
  (
    await service.database.client<{ status: string }[]>`
      select status from dead_letters where dead_letter_id in ${service.database.client(ids)}`
  ).map(({ status }) => status)
const get = async <T>(path: string) => (await callAsAdmin<T>(service.url, 'GET', path)).body
const post = <T = DeadLetter & { type: string; deadLetterStatus: string }>(path: string, body: object = {}) =>
  callAsAdmin<T>(service.url, 'POST', `/admin/dead-letters/${path}`, body)
const find = (id: string) => get<DeadLetter>(`/admin/dead-letters/${id}`)
const auditOf = (ids: string[]) => service.database.client<{ action: string; object: string; reason: string }[]>`
  select action, object, reason from audit_log where object in ${service.database.client(ids)}`
const caseStatuses = (ids: string[]) =>
  Promise.all(ids.map(async id => (await get<{ status: string }>(`/cases/${(await find(id)).caseId}`)).status))
/** Runs the job after the leases, and says whether all is written: Kafka may be too slow on a busy machine. */
const isWritten = async (ids: string[]) => {
  await service.database.client`update dead_letters set next_try_at = now() where next_try_at is not null`
  await job.runNow()
  return !String(await statusesOf(ids)).includes('ING')
}
const paymentsOf = async (orderIds: string[]) =>
  service.database.client`select order_id from payments where order_id in ${service.database.client(orderIds)}`
/** How often the group has handled events of these orders: the inbox has one row for each event. */
const handled = async (orderIds: string[]) => {
  await waitUntil(async () => (await paymentsOf(orderIds)).length === orderIds.length, {
    what: 'all are handled',
    timeoutMs: 30_000,
  })
  return (await paymentsOf(orderIds)).length
}

describe('dead letters of one reason', () => {
  it('are redriven at once, and each is handled once', async () => {
    const { orderIds, ids } = await deadLetter(20, { reason: 'OrderCreated: unknown customer of %' })
    const { items } = await get<DeadLetterReasons>('/admin/dead-letters/reasons')
    const found = items.find(one => one.group === group)
    expect(found).toMatchObject({ reasonKey: 'OrderCreated: unknown customer of #', count: 20, redrivable: 20 })
    const which = { group, reasonKey: found?.reasonKey, reason: 'the customer is back' }
    expect(await post<HandledDeadLetters>('redrive', which)).toMatchObject({ status: 202, body: { count: 20 } })
    expect(await post<HandledDeadLetters>('redrive', which)).toMatchObject({ body: { count: 0 } })
    expect(new Set(await statusesOf(ids))).toEqual(new Set(['REDRIVING']))
    await job.runNow()
    expect(new Set(await statusesOf(ids))).toEqual(new Set(['REDRIVEN']))
    expect(await handled(orderIds)).toBe(20)
    expect(new Set(await caseStatuses(ids))).toEqual(new Set(['RESOLVED']))
    const audited = await auditOf(ids)
    expect(audited).toHaveLength(20)
    expect(audited[0]).toMatchObject({ action: 'dead-letter.redrive', reason: 'the customer is back' })
  }, 120_000)

  it('are discarded at once', async () => {
    const { ids } = await deadLetter(3, { reason: 'a test of 7' })
    const which = { group, reasonKey: 'a test of #', reason: 'only a test' }
    expect(await post<HandledDeadLetters>('discard', which)).toMatchObject({ body: { count: 3 } })
    await job.runNow()
    expect(await statusesOf(ids)).toEqual(['DISCARDED', 'DISCARDED', 'DISCARDED'])
  }, 60_000)
})

describe('a decision', () => {
  it('is written again after a crash, and the event is still handled once', async () => {
    const { orderIds, ids } = await deadLetter(2)
    const [redriven = '', discarded = ''] = ids
    expect(await post(`${redriven}/redrive`)).toMatchObject({ status: 202, body: { status: 'REDRIVING' } })
    expect(await post(`${discarded}/discard`, { reason: 'junk' })).toMatchObject({ body: { status: 'DISCARDING' } })
    isCrashing = true
    await job.runNow()
    isCrashing = false
    await waitUntil(() => isWritten(ids), { what: 'both are written', timeoutMs: 40_000 })
    expect(await find(redriven)).toMatchObject({ status: 'REDRIVEN', handledBy: 'ann' })
    expect(await find(discarded)).toMatchObject({ status: 'DISCARDED', handledBy: 'ann', handledReason: 'junk' })
    expect(await handled(orderIds.slice(0, 1))).toBe(1)
    expect(await paymentsOf(orderIds.slice(1))).toEqual([])
  }, 60_000)

  it('is made once: a repeat changes nothing, another decision is refused', async () => {
    const { ids } = await deadLetter(1)
    const [id = ''] = ids
    await post(`${id}/redrive`, { reason: 'fixed' })
    expect(await post(`${id}/redrive`, { reason: 'again' })).toMatchObject({
      status: 202,
      body: { handledReason: 'fixed' },
    })
    const refused = await post(`${id}/discard`, { reason: 'no' })
    expect(refused).toMatchObject({ status: 409, body: { deadLetterStatus: 'REDRIVING' } })
    expect(await auditOf(ids)).toHaveLength(1)
    await job.runNow()
    expect(await post(`${id}/redrive`)).toMatchObject({ status: 202, body: { status: 'REDRIVEN' } })
  }, 60_000)

  it('to redrive is refused for an event that was never published, which can be discarded', async () => {
    const { ids } = await deadLetter(1, { reason: 'too large', headers: { dlq_outbox_id: '12' } })
    const [id = ''] = ids
    expect(await find(id)).toMatchObject({ redrivable: false })
    expect(await post(`${id}/redrive`)).toMatchObject({ status: 409, body: { type: '/problems/dead-letter-handled' } })
    const which = { group, reasonKey: 'too large', reason: 'all' }
    expect(await post<HandledDeadLetters>('redrive', which)).toMatchObject({ body: { count: 0 } })
    expect(await post(`${id}/discard`, { reason: 'not needed' })).toMatchObject({ status: 202 })
    await job.runNow()
    expect(await statusesOf(ids)).toEqual(['DISCARDED'])
  }, 60_000)

  it('to redrive a record that Kafka has deleted ends, and says so in the letter and in its open case', async () => {
    const { ids } = await deadLetter(1)
    const [id = ''] = ids
    await service.database.client`
      update dead_letters set letter_offset = 999999 where dead_letter_id = ${id}`
    await service.database.client`
      update cases set key = ${`parked_message:${group}:`} || d.letter_partition || '/999999'
      from dead_letters d where d.dead_letter_id = ${id} and cases.order_id = d.order_id`
    await post(`${id}/redrive`, { reason: 'fixed' })
    await job.runNow()
    const letter = await find(id)
    expect(letter).toMatchObject({
      status: 'DISCARDED',
      handledReason: expect.stringMatching(/^fixed\. Kafka no longer/),
    })
    const { status, trail } = await get<{ status: string; trail: object[] }>(`/cases/${letter.caseId}`)
    expect([status, trail.at(-1)]).toEqual(['OPEN', expect.objectContaining({ what: 'failed', by: 'system' })])
  }, 60_000)

  it('of the command line is followed', async () => {
    const { ids } = await deadLetter(2)
    const places = ids.map(id => id.slice(`dlq_${group}_`.length).replace('_', '/'))
    const marker = (headers: Record<string, string>, place = '') => ({
      value: null,
      partition: Number(place.split('/')[0]),
      headers,
    })
    const messages = [
      marker({ dlq_redriven: places[0] as string }, places[0]),
      marker({ dlq_discarded: places[1] as string, dlq_discard_reason: 'by hand' }, places[1]),
    ]
    await producer.send({ topic: deadLetterTopic(group), acks: -1, messages })
    await waitUntil(async () => !(await statusesOf(ids)).includes('WAITING'), { what: 'both are known' })
    const [redriven, discarded] = await Promise.all(ids.map(find))
    expect(redriven).toMatchObject({ status: 'REDRIVEN' })
    expect(redriven).not.toHaveProperty('handledBy')
    expect(discarded).toMatchObject({ status: 'DISCARDED', handledReason: 'by hand' })
    expect(await caseStatuses(ids)).toEqual(['RESOLVED', 'RESOLVED'])
  }, 60_000)
})

it('a record that its consumer can not handle again is a new dead letter', async () => {
  const { ids } = await deadLetter(1, { value: '{"broken":true}' })
  const [id = ''] = ids
  await post(`${id}/redrive`)
  await job.runNow()
  const { key } = await find(id)
  const again = async () =>
    (await get<DeadLetterPage>(`/admin/dead-letters?status=WAITING&group=${group}`)).items.filter(
      one => one.key === key,
    )
  await waitUntil(async () => (await again()).length === 1, { what: 'it is dead-lettered again', timeoutMs: 30_000 })
  expect((await again())[0]?.deadLetterId).not.toBe(id)
  expect(await find(id)).toMatchObject({ status: 'REDRIVEN' })
}, 60_000)

it('dead letters are listed page by page, newest first, with their orders and cases', async () => {
  const { ids, orderIds } = await deadLetter(5, { reason: 'listed 1' })
  const seen: DeadLetter[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: DeadLetterPage = await get(
      `/admin/dead-letters?reasonKey=${encodeURIComponent('listed #')}&limit=2${cursor && `&cursor=${cursor}`}`,
    )
    seen.push(...page.items)
    cursor = page.nextCursor
  }
  expect(seen.map(({ deadLetterId }) => deadLetterId)).toEqual(ids.toReversed())
  expect(seen.map(({ orderId }) => orderId)).toEqual(orderIds.toReversed())
  expect(seen.every(({ caseId }) => caseId !== undefined)).toBe(true)
}, 60_000)

it('a dead letter that is no text has its bytes in base64, and one of text has none', async () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x41])
  const { ids } = await deadLetter(1, { value: bytes, reason: 'its value is not JSON: no text' })
  const letter = await find(ids[0] ?? '')
  expect(letter.base64).toEqual({ value: bytes.toString('base64') })
  const { ids: plain } = await deadLetter(1)
  expect(await find(plain[0] ?? '')).not.toHaveProperty('base64')
}, 60_000)

it('a dead letter that does not exist is answered 404', async () => {
  const id = `dlq_${group}_0_99999`
  expect(await callAsAdmin(service.url, 'GET', `/admin/dead-letters/${id}`)).toMatchObject({ status: 404 })
  expect(await post(`${id}/redrive`)).toMatchObject({ status: 404 })
})
