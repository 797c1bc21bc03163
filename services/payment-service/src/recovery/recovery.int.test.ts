import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestService, type TestService } from '../test-service.ts'
import { callService, type PaidTrade } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 60_000)
afterAll(() => service.close())

const republish = (order: { orderId: string; outTradeNos?: string[]; paidBy?: object }) =>
  callService<{ payments: number; events: number; unclear: string[] }>(service.url, 'POST', '/recovery/republish', {
    orders: [order],
  })
const typesOf = async (orderId: string) => (await service.eventsOf(orderId)).map(({ type }) => type)

/** Pays at Alipay, and sets payment-service back to before the payment was opened. */
async function paidAndForgotten({ refund = false } = {}): Promise<{ orderId: string; trade: PaidTrade }> {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  const trade = await service.alipay.control<PaidTrade>('POST', '/pay', { url })
  if (refund) await service.alipay.control('POST', '/refund', { outTradeNo: orderId })
  await service.database.client`
    update attempts set status = 'CREATED', method = null, opened_at = null, time_expire = null, next_sync_at = null,
      trade_no = null, paid_at = null, paid_fen = null, closed_at = null, refunded_before_recorded = false
    where order_id = ${orderId}`
  await service.database.client`
    update payments set status = 'EXPECTED', paid_out_trade_no = null where order_id = ${orderId}`
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

it('queries Alipay about attempts that may be paid, records what it finds, and notes that it has asked', async () => {
  const { orderId } = await paidAndForgotten()
  const unused = await service.newOrder()
  expect((await query([orderId, unused])).body).toEqual({ paid: [orderId], unclear: [] })
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
  expect(await typesOf(orderId)).toEqual(['PaymentSucceeded'])
  expect(await service.read(unused)).toMatchObject({ status: 'EXPECTED' })
  const asked = await service.database.client`
    select order_id from attempts where synced_at is not null and order_id in ${service.database.client([orderId, unused])}`
  expect(asked).toHaveLength(2)
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
