import { afterAll, beforeAll, expect, it } from 'vitest'
import { untilLockWait } from '../test-database.ts'
import { orderClosing, orderCreated, startTestService, type TestService } from '../test-service.ts'
import { callService, newOrderId, type PaidTrade, serviceToken } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 60_000)
afterAll(() => service.close())

const republish = (order: { orderId: string; outTradeNos?: string[]; paidBy?: object }) =>
  callService<{ payments: number; events: number; queried: string[]; unclear: string[] }>(
    service.url,
    'POST',
    '/recovery/republish',
    { orders: [order] },
  )
const typesOf = async (orderId: string) => (await service.eventsOf(orderId)).map(({ type }) => type)

/** Sets payment-service back to before an order's payment was opened. */
async function forgetOpening(orderId: string): Promise<void> {
  await service.database.client`
    update attempts set status = 'CREATED', method = null, opened_at = null, time_expire = null, next_sync_at = null,
      trade_no = null, paid_at = null, paid_fen = null, closed_at = null, refunded_before_recorded = false
    where order_id = ${orderId}`
  await service.database.client`
    update payments set status = 'EXPECTED', paid_out_trade_no = null where order_id = ${orderId}`
}

/** Pays at Alipay, and sets payment-service back to before the payment was opened. */
async function paidAndForgotten({ refund = false } = {}): Promise<{ orderId: string; trade: PaidTrade }> {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  const trade = await service.alipay.control<PaidTrade>('POST', '/pay', { url })
  if (refund) await service.alipay.control('POST', '/refund', { outTradeNo: orderId })
  await forgetOpening(orderId)
  return { orderId, trade }
}

it('finds a payment at Alipay of an attempt that it has as never opened', async () => {
  const { orderId } = await paidAndForgotten()
  expect((await republish({ orderId })).body).toMatchObject({ payments: 1, unclear: [] })
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
  expect(new Set(await typesOf(orderId))).toEqual(new Set(['PaymentSucceeded']))
})

it('adds an attempt that it has lost, and records its payment', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const url = await service.open(orderId, { anotherPayer: true } as never)
  await service.alipay.control<PaidTrade>('POST', '/pay', { url })
  await service.database.client`delete from attempts where out_trade_no = ${`${orderId}_2`}`
  await service.database.client`
    update payments set status = 'EXPECTED', paid_out_trade_no = null where order_id = ${orderId}`
  await republish({ orderId, outTradeNos: [`${orderId}_2`] })
  expect(await service.attemptsOf(orderId)).toEqual(expect.arrayContaining([expect.stringMatching(/^PAID/)]))
})

it('records a wholly refunded trade as refunded before its payment, and takes no other payment', async () => {
  const { orderId, trade } = await paidAndForgotten({ refund: true })
  const paidBy = { outTradeNo: orderId, tradeNo: trade.tradeNo, amountFen: 25_800 }
  await republish({ orderId, paidBy: { ...paidBy, leftFen: 0 } })
  const [row] = await service.database.client`
    select status, refunded_before_recorded as "isRefunded" from attempts where order_id = ${orderId}`
  expect(row).toEqual({ status: 'CLOSED', isRefunded: true })
  expect(await typesOf(orderId)).not.toContain('PaymentRefunded')
  // The order gets the event of a refund that it does not have, each time of the same one.
  for (const _ of [1, 2]) await republish({ orderId, paidBy: { ...paidBy, leftFen: 800 } })
  const told = (await service.eventsOf(orderId)).filter(({ type }) => type === 'PaymentRefunded')
  expect(told).toMatchObject([{ data: { amountFen: 800, refundedFen: 25_800 } }, {}])
  expect(new Set(told.map(({ data }) => 'refundId' in data && data.refundId)).size).toBe(1)
})

const query = (outTradeNos: string[], url = service.url) =>
  callService<{ paid: string[]; unclear: string[] }>(url, 'POST', '/recovery/query', { outTradeNos })

it('queries Alipay about attempts that may be paid, records what it finds, and notes that it has queried', async () => {
  const { orderId } = await paidAndForgotten()
  const unused = await service.newOrder()
  expect((await query([orderId, unused])).body).toEqual({ paid: [orderId], unclear: [] })
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
  expect(await typesOf(orderId)).toEqual(['PaymentSucceeded'])
  expect(await service.read(unused)).toMatchObject({ status: 'EXPECTED' })
  const queried = await service.database.client`
    select order_id from attempts where synced_at is not null and order_id in ${service.database.client([orderId, unused])}`
  expect(queried).toHaveLength(2)
  expect((await query([orderId])).body).toEqual({ paid: [], unclear: [] })
})

it('names attempts about which Alipay gives no clear answer, and leaves them to the next run', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/faults', { gateway: 'html', methods: ['alipay.trade.query'] })
  expect((await query([orderId])).body).toEqual({ paid: [], unclear: [orderId] })
  await service.alipay.control('DELETE', '/faults')
  const [row] = await service.database.client`select synced_at from attempts where order_id = ${orderId}`
  expect(row).toEqual({ synced_at: null })
})

it('says which attempts it has queried for an order, and which had no clear answer', async () => {
  const { orderId } = await paidAndForgotten()
  await service.alipay.control('POST', '/faults', { gateway: 'html', methods: ['alipay.trade.query'] })
  expect((await republish({ orderId })).body).toMatchObject({ queried: [orderId], unclear: [orderId] })
  await service.alipay.control('DELETE', '/faults')
  expect((await republish({ orderId })).body).toMatchObject({ queried: [orderId], unclear: [] })
  expect((await republish({ orderId })).body).toMatchObject({ queried: [], unclear: [] })
})

/** Runs the job that queries open attempts, as it does when this one is due. */
async function syncNow(orderId: string): Promise<void> {
  const [row] = await service.database.client`
    update attempts set next_sync_at = now(), synced_at = null
    where order_id = ${orderId} and next_sync_at is not null returning out_trade_no`
  expect(row).toBeDefined()
  await service.syncer.runNow()
}

it.each([
  ['is at the cashier', true],
  ['has a link and has not used it yet', false],
])('queries an attempt further whose opening it has lost, while its buyer %s', async (_what, isAtCashier) => {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  if (isAtCashier) await service.alipay.control('POST', '/open', { url })
  await forgetOpening(orderId)
  expect((await query([orderId])).body).toEqual({ paid: [], unclear: [] })
  expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_page'])
  await service.alipay.control('POST', '/pay', { url })
  await syncNow(orderId)
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
})

it('closes an attempt at Alipay whose opening it has lost, when its order is over', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
  await forgetOpening(orderId)
  await query([orderId])
  await service.consume(orderClosing(orderId, 'cancelled'))
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSING' })
  await service.closer.runNow()
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
  const trade = await service.alipay.control('GET', `/trades/${orderId}`)
  expect(trade).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
})

it.each(['alipay_page', 'alipay_wap', 'alipay_qr'] as const)(
  'lets a shopper pay by %s after the page of a lost opening',
  async method => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
    await forgetOpening(orderId)
    await query([orderId])
    const content = await service.open(orderId, { method })
    const paid = method === 'alipay_qr' ? { qrCode: content } : { url: content }
    await service.alipay.control('POST', '/pay', paid)
    await syncNow(orderId)
    expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
  },
)

it('finds a payment through a link whose opening it has lost, after its order was cancelled', async () => {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  await forgetOpening(orderId)
  await service.consume(orderClosing(orderId, 'cancelled'))
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
  expect((await query([orderId])).body).toEqual({ paid: [], unclear: [] })
  await service.alipay.control('POST', '/pay', { url })
  // Staff who query it learn about the money, too.
  await fetch(`${service.url}/admin/payments/${orderId}/query`, {
    method: 'POST',
    headers: { 'x-service-token': serviceToken, 'x-actor': 'ann' },
  })
  expect(await typesOf(orderId)).toEqual(['PaymentClosed', 'PaymentSucceeded'])
})

it('locks attempts in the sequence of all other statements, so that it cannot deadlock with notifies', async () => {
  const { client } = service.database
  // Stored in the other sequence, in which a plan might read them.
  const [first, second] = [newOrderId(), newOrderId()].toSorted() as [string, string]
  await service.consume(orderCreated(second))
  await service.consume(orderCreated(first))
  const queried = await client.begin(async tx => {
    await tx`select from attempts where order_id = ${first} for update`
    const answer = query([second, first])
    await untilLockWait(service.database)
    // Fails where the service already holds it.
    await tx`select from attempts where order_id = ${second} for update nowait`
    return { answer }
  })
  expect((await queried.answer).body).toEqual({ paid: [], unclear: [] })
})

it('names in the timeline neither a missing notify nor a shopper as the cause of what a restore has made', async () => {
  const causesOf = async (orderId: string) => {
    const path = `/payments/${orderId}/timeline`
    const { body } = await callService<{ entries: { what: string; cause: string }[] }>(service.url, 'GET', path)
    return body.entries.map(({ what, cause }) => `${what}: ${cause}`)
  }
  const unused = await service.newOrder()
  await query([unused])
  expect(await causesOf(unused)).toEqual(
    expect.arrayContaining(['queried: the last query to Alipay', 'opened: the shopper may have gone to Alipay']),
  )
  const { orderId } = await paidAndForgotten()
  await query([orderId])
  expect(await causesOf(orderId)).toEqual(
    expect.arrayContaining(['queried: the last query to Alipay', 'query: restore']),
  )
})

it('makes no more queries a second than the setting allows', async () => {
  const slow = await startTestService({ queriesPerSecondMax: 10 })
  try {
    const orderIds = await Promise.all(Array.from({ length: 11 }, () => slow.newOrder()))
    const startedAt = performance.now()
    expect((await query(orderIds, slow.url)).body).toEqual({ paid: [], unclear: [] })
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
  } finally {
    await slow.close()
  }
}, 60_000)
