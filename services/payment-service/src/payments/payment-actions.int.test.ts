import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestService, type TestService } from '../test-service.ts'
import { newOrderId, serviceToken } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 60_000)
afterAll(() => service.close())

interface Result {
  type?: string
  state: string
  results: { outTradeNo: string; result: string }[]
}

async function act(
  what: 'query' | 'close',
  orderId: string,
  { actor = 'ann', on = service }: { actor?: string; on?: TestService } = {},
): Promise<{ status: number; body: Result }> {
  const response = await fetch(`${on.url}/admin/payments/${orderId}/${what}`, {
    method: 'POST',
    headers: { 'x-service-token': serviceToken, 'x-actor': actor, 'content-type': 'application/json' },
    ...(what === 'close' ? { body: JSON.stringify({ reason: 'the shopper has paid elsewhere' }) } : { body: '{}' }),
  })
  return { status: response.status, body: (await response.json()) as Result }
}

async function auditOf(orderId: string): Promise<string[]> {
  const rows = await service.database.client`
    select actor, action, reason, before ->> 'state' as before, after ->> 'state' as after
    from audit_log where object = ${orderId} order by audit_id`
  return rows.map(({ actor, action, before, after }) => `${actor} ${action} ${before} → ${after}`)
}

const payAtAlipay = async (url: string) => service.alipay.control('POST', '/pay', { url })
const scanned = async (orderId: string) => service.alipay.control('POST', '/open', { url: await service.open(orderId) })

it('records a payment that no notify has reported, and logs who asked', async () => {
  const orderId = await service.newOrder()
  await payAtAlipay(await service.open(orderId))
  expect(await act('query', orderId)).toMatchObject({
    status: 200,
    body: { state: 'PAID', results: [{ outTradeNo: orderId, result: expect.stringContaining('has been recorded') }] },
  })
  expect(await service.eventsOf(orderId)).toMatchObject([{ type: 'PaymentSucceeded', data: { method: 'alipay_page' } }])
  expect(await auditOf(orderId)).toEqual(['ann payment.query EXPECTED → PAID'])
  expect((await act('query', orderId)).body.results).toMatchObject([{ result: 'Its payment is recorded.' }])
  expect(await auditOf(orderId)).toHaveLength(1)
})

it('notes a query without an effect once for a double click, and asks as often as people want', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const answers = await Promise.all(Array.from({ length: 6 }, () => act('query', orderId)))
  expect(answers.map(({ body }) => body.state)).toEqual(Array(6).fill('EXPECTED'))
  expect(await auditOf(orderId)).toEqual(['ann payment.query EXPECTED → EXPECTED'])
  await act('query', orderId, { actor: 'bob' })
  expect(await auditOf(orderId)).toHaveLength(2)
})

it('answers with the problem where Alipay does not answer, and 404 for an unknown order', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  await service.alipay.control('POST', '/faults', { gateway: 'down' })
  expect((await act('query', orderId)).status).toBe(502)
  await service.alipay.control('DELETE', '/faults')
  expect(await auditOf(orderId)).toEqual([])
  expect((await act('query', newOrderId())).status).toBe(404)
  expect((await act('close', newOrderId())).status).toBe(404)
})

it('refuses a query that the budget of calls does not allow', async () => {
  const limited = await startTestService({ callsPerSecond: 1 })
  try {
    const orderId = await limited.newOrder()
    await limited.open(orderId)
    const answers = await Promise.all(Array.from({ length: 5 }, () => act('query', orderId, { on: limited })))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(3)
    expect(refused[0]?.body).toMatchObject({ type: '/problems/too-many-requests' })
  } finally {
    await limited.close()
  }
})

it('closes what a buyer has opened, and the order can still be paid by a new attempt', async () => {
  const orderId = await service.newOrder()
  await scanned(orderId)
  const [first] = await Promise.all([act('close', orderId), act('close', orderId)])
  expect(first).toMatchObject({ status: 200, body: { state: 'EXPECTED' } })
  expect(await service.attemptsOf(orderId)).toEqual(['CLOSED alipay_page'])
  expect(await auditOf(orderId)).toEqual(['ann payment.close EXPECTED → EXPECTED'])
  expect((await act('close', orderId)).body.results).toMatchObject([{ result: 'It is closed and takes no money.' }])
  expect(await auditOf(orderId)).toHaveLength(1)
  await payAtAlipay(await service.open(orderId))
  expect((await act('query', orderId)).body.state).toBe('PAID')
})

it('says that a link which no buyer has used can still be paid, and keeps querying it', async () => {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  const { body } = await act('close', orderId)
  expect(body.results).toMatchObject([{ result: expect.stringMatching(/can be paid until .*; cancel the order/) }])
  expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_page'])
  await payAtAlipay(url)
  await service.database.client`update attempts set next_sync_at = now() where next_sync_at is not null`
  await service.syncer.runNow()
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
})

it('tries an unclear closing again by itself, once for a double click, and records money that has come', async () => {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  await service.alipay.control('POST', '/faults', { gateway: 'down' })
  const answers = await Promise.all([act('close', orderId), act('close', orderId)])
  await service.alipay.control('DELETE', '/faults')
  expect(answers[0]?.body.results).toMatchObject([{ result: expect.stringContaining('tried again automatically') }])
  expect(await auditOf(orderId)).toEqual(['ann payment.close EXPECTED → EXPECTED'])
  expect(await service.read(orderId)).toMatchObject({ attempts: [{ status: 'OPENED', closeTries: 1 }] })

  // There is nothing to close: the queries of the open attempt go on.
  const { client } = service.database
  await client`update attempts set next_close_at = now() where order_id = ${orderId}`
  await service.closer.runNow()
  expect(await client`select next_close_at, next_sync_at from attempts where order_id = ${orderId}`).toMatchObject([
    { next_close_at: null, next_sync_at: expect.any(String) },
  ])
  await payAtAlipay(url)
  expect((await act('close', orderId)).body).toMatchObject({ state: 'PAID' })
})

it('logs who replayed a notify in the transaction of the payment that it records, and a repeat without an effect once', async () => {
  const { client } = service.database
  const orderId = await service.newOrder()
  await service.open(orderId)
  const notifyId = `n${orderId.slice(4)}`
  // As if it had been refused when it was received.
  await client`
    insert into notifies (notify_id, result, out_trade_no, trade_status, body)
    values (${notifyId}, 'bad_signature', ${orderId}, 'TRADE_SUCCESS', ${service.signedNotify(orderId)})`
  const replay = async (actor: string) => {
    const headers = { 'x-service-token': serviceToken, 'x-actor': actor }
    const response = await fetch(`${service.url}/notifies/${notifyId}/replay`, { method: 'POST', headers })
    return ((await response.json()) as { verdict: string }).verdict
  }
  const logged = () => client`
    select actor, action, order_id, before ->> 'state' as before, after ->> 'result' as result,
      a.xmin = (select xmin from payments p where p.order_id = a.order_id) as together
    from audit_log a where object = ${notifyId} order by audit_id`
  expect(await replay('ann')).toBe('paid')
  const replayed = { actor: 'ann', action: 'notify.replay', order_id: orderId }
  const first = { ...replayed, before: 'EXPECTED', result: 'paid', together: true }
  expect(await logged()).toEqual([first])
  expect(await Promise.all([replay('ann'), replay('ann')])).toEqual(['already_paid', 'already_paid'])
  expect(await logged()).toHaveLength(1)
  await Promise.all([replay('bob'), replay('bob')])
  expect(await logged()).toMatchObject([{ actor: 'ann' }, { actor: 'bob', result: 'already_paid' }])
})
