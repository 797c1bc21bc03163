import type { OpenPayment } from '@alipay-checkout/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { orderClosing, startTestService, type TestService } from '../test-service.ts'
import { callService, type PaidTrade } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(() => service.close())

const returnUrl = 'https://shop.example/payment/result'
const quitUrl = 'https://shop.example/orders/ord_1'
const instalments = { number: 6, sellerPaysFee: true } as const

function open(orderId: string, how: Partial<OpenPayment> = {}) {
  const body = { orderId, method: 'alipay_page', as: 'url', returnUrl, quitUrl, ...how }
  return callService<{ outTradeNo: string; method: string; content: string; [more: string]: unknown }>(
    service.url,
    'POST',
    '/payments/open',
    body,
  )
}

/** What Alipay has been called with: how often each method. */
async function callsMade(): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  const counts: Record<string, number> = {}
  for (const [, method = '', count] of metrics.matchAll(
    /^alipay_call_duration_seconds_count\{method="([^"]+)".*\} (\d+)$/gm,
  )) {
    counts[method] = (counts[method] ?? 0) + Number(count)
  }
  return counts
}

const bizContentOf = (query: string) => JSON.parse(new URLSearchParams(query).get('biz_content') ?? '')

it('opens wap with the address of the order’s page', async () => {
  const orderId = await service.newOrder()
  const { status, body } = await open(orderId, { method: 'alipay_wap' })
  expect({ status, method: body.method }).toEqual({ status: 200, method: 'alipay_wap' })
  const url = new URL(body.content)
  expect(url.searchParams.get('method')).toBe('alipay.trade.wap.pay')
  expect(bizContentOf(url.search)).toMatchObject({ quit_url: quitUrl, product_code: 'QUICK_WAP_WAY' })
  expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_wap'])
})

it('opens app with an order string', async () => {
  const orderId = await service.newOrder()
  const { body } = await open(orderId, { method: 'alipay_app' })
  expect(new URLSearchParams(body.content).get('method')).toBe('alipay.trade.app.pay')
  expect(bizContentOf(body.content)).toMatchObject({ out_trade_no: orderId, product_code: 'QUICK_MSECURITY_PAY' })
})

it.each([
  ['alipay_wap', (url: string) => ({ url })],
  ['alipay_app', (orderString: string) => ({ orderString })],
] as const)('records a payment by %s', async (method, targetOf) => {
  const orderId = await service.newOrder()
  const { body } = await open(orderId, { method })
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', targetOf(body.content))
  await callService(service.url, 'POST', `/payments/${orderId}/check`)
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID', method, tradeNo })
  expect(await service.eventsOf(orderId)).toMatchObject([{ type: 'PaymentSucceeded', data: { method, tradeNo } }])
})

it('opens page, wap and app without a call to Alipay', async () => {
  await service.alipay.control('POST', '/faults', { gateway: 'down' })
  for (const method of ['alipay_page', 'alipay_wap', 'alipay_app'] as const) {
    expect((await open(await service.newOrder(), { method })).status).toBe(200)
  }
})

it('takes an attempt that was opened without a method for a page payment', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  await service.database.client`update attempts set method = null where order_id = ${orderId}`
  expect((await open(orderId)).body.outTradeNo).toBe(orderId)
  expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_page'])
})

it('offers instalments and stores them, and shows them in the payment and the timeline', async () => {
  const orderId = await service.newOrder()
  const { body } = await open(orderId, { instalments })
  const content = bizContentOf(new URL(body.content).search)
  expect(content.extend_params).toEqual({ hb_fq_num: '6', hb_fq_seller_percent: '100' })
  const again = await open(orderId, { instalments })
  expect(again.body.outTradeNo).toBe(orderId)
  expect(await service.read(orderId)).toMatchObject({ attempts: [{ method: 'alipay_page', instalments }] })
  const { body: timeline } = await callService<{ entries: { what: string; detail: object }[] }>(
    service.url,
    'GET',
    `/payments/${orderId}/timeline`,
  )
  expect(timeline.entries.find(({ what }) => what === 'opened')?.detail).toMatchObject({
    method: 'alipay_page',
    instalments,
  })
  expect((await open(orderId)).body.outTradeNo).toBe(`${orderId}_2`)
})

describe('another method', () => {
  it('closes the trade of the first at Alipay, and gets the next attempt', async () => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
    expect(await open(orderId, { method: 'alipay_wap' })).toMatchObject({ body: { outTradeNo: `${orderId}_2` } })
    expect(await service.alipay.control('GET', `/trades/${orderId}`)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await service.attemptsOf(orderId)).toEqual(['CLOSED alipay_page', 'OPENED alipay_wap'])
  })

  it('leaves an unused link open, and each method gets its own attempt again', async () => {
    const orderId = await service.newOrder()
    await service.open(orderId)
    expect(await open(orderId, { method: 'alipay_wap' })).toMatchObject({ body: { outTradeNo: `${orderId}_2` } })
    expect(await open(orderId)).toMatchObject({ body: { outTradeNo: orderId } })
    expect(await open(orderId, { method: 'alipay_wap' })).toMatchObject({ body: { outTradeNo: `${orderId}_2` } })
    expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_page', 'OPENED alipay_wap'])
  })

  it('is refused where the first is paid, and the order is paid once', async () => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/pay', { url: await service.open(orderId) })
    expect(await open(orderId, { method: 'alipay_app' })).toMatchObject({
      status: 409,
      body: { reason: 'already_paid' },
    })
    expect(await service.eventsOf(orderId)).toMatchObject([
      { type: 'PaymentSucceeded', data: { method: 'alipay_page' } },
    ])
  })

  it.each([
    ['fails', { gateway: 'html' }, 502],
    ['is not answered', { gateway: 'slow', slowMs: 60_000 }, 504],
  ])('opens nothing while closing the first %s', async (_name, fault, status) => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
    await service.alipay.control('POST', '/faults', fault)
    expect((await open(orderId, { method: 'alipay_wap' })).status).toBe(status)
    expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_page'])
    await service.alipay.control('DELETE', '/faults')
    expect((await open(orderId, { method: 'alipay_wap' })).status).toBe(200)
    expect(await service.attemptsOf(orderId)).toEqual(['CLOSED alipay_page', 'OPENED alipay_wap'])
  })

  it('closes each open attempt once, however many requests there are', async () => {
    const orderId = await service.newOrder()
    await service.open(orderId)
    const before = (await callsMade())['alipay.trade.close'] ?? 0
    const answers = await Promise.all(Array.from({ length: 20 }, () => open(orderId, { method: 'alipay_wap' })))
    expect(new Set(answers.map(({ body }) => body.outTradeNo))).toEqual(new Set([`${orderId}_2`]))
    expect((await callsMade())['alipay.trade.close']).toBe(before + 1)
  })
})

it('opens an attempt for each of several methods that are requested at once', async () => {
  const methods = ['alipay_page', 'alipay_wap', 'alipay_app'] as const
  const orderIds = await Promise.all(Array.from({ length: 10 }, () => service.newOrder()))
  const answers = await Promise.all(
    orderIds.flatMap(orderId => methods.map(async method => ({ method, ...(await open(orderId, { method })) }))),
  )
  for (const { method, status, body } of answers) {
    expect(status).toBe(200)
    const query = body.content.includes('?') ? new URL(body.content).search : body.content
    expect(bizContentOf(query).out_trade_no).toBe(body.outTradeNo)
    expect(body.method).toBe(method)
  }
  for (const orderId of orderIds) {
    expect((await service.attemptsOf(orderId)).toSorted()).toEqual(methods.map(method => `OPENED ${method}`).toSorted())
  }
})

describe('an order with several open attempts', () => {
  async function orderWithTwo(): Promise<{ orderId: string; urls: string[] }> {
    const orderId = await service.newOrder()
    const urls = [await service.open(orderId), await service.open(orderId, { instalments })]
    expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_page', 'OPENED alipay_page'])
    return { orderId, urls }
  }

  it.each([0, 1])('is found paid through attempt %s by one sync', async paid => {
    const { orderId, urls } = await orderWithTwo()
    await service.alipay.control('POST', '/pay', { url: urls[paid] })
    await service.forgetSync(orderId)
    const before = (await callsMade())['alipay.trade.query'] ?? 0
    const syncs = Array.from({ length: 5 }, () => callService(service.url, 'POST', `/payments/${orderId}/check`))
    expect((await Promise.all(syncs)).map(({ status }) => status)).toEqual([204, 204, 204, 204, 204])
    expect((await callsMade())['alipay.trade.query']).toBe(before + 2)
    expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
  })

  it('has the other closed once one is paid, and watched while its unused link can be paid', async () => {
    const { orderId, urls } = await orderWithTwo()
    await service.alipay.control('POST', '/pay', { url: urls[0] })
    await service.forgetSync(orderId)
    await callService(service.url, 'POST', `/payments/${orderId}/check`)
    await service.closer.runNow()
    expect(await service.attemptsOf(orderId)).toEqual(['PAID alipay_page', 'CLOSED alipay_page'])
    const paidTwice = await service.alipay.control<PaidTrade>('POST', '/pay', { url: urls[1] })
    await service.database.client`
      update attempts set next_sync_at = now(), synced_at = null where out_trade_no = ${paidTwice.outTradeNo}`
    await service.syncer.runNow()
    expect(await service.eventsOf(orderId)).toMatchObject([
      { type: 'PaymentSucceeded', data: { outTradeNo: orderId } },
      { type: 'PaymentSucceeded', data: { outTradeNo: `${orderId}_2`, tradeNo: paidTwice.tradeNo } },
    ])
  })

  it('closes with its last attempt when it is cancelled', async () => {
    const { orderId, urls } = await orderWithTwo()
    await service.alipay.control('POST', '/open', { url: urls[0] })
    await service.consume(orderClosing(orderId, 'cancelled'))
    await service.closer.runNow()
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
    expect(await service.alipay.control('GET', `/trades/${orderId}`)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await service.eventsOf(orderId)).toMatchObject([{ type: 'PaymentClosed' }])
  })

  it('stays closing after it expires until no link can be paid', async () => {
    const { orderId, urls } = await orderWithTwo()
    await service.alipay.control('POST', '/open', { url: urls[0] })
    await service.consume(orderClosing(orderId, 'expired'))
    await service.closer.runNow()
    expect(await service.read(orderId)).toMatchObject({
      status: 'CLOSING',
      attempts: [{ status: 'CLOSED' }, { status: 'OPENED' }],
    })
  })
})

it.each<[string, Partial<OpenPayment>, string]>([
  ['wap without the address to leave to', { method: 'alipay_wap', quitUrl: 'javascript:alert(1)' }, 'quitUrl'],
  ['a form for app', { method: 'alipay_app', as: 'form' }, 'as must be url'],
  ['instalments for an order code', { method: 'alipay_qr', instalments }, 'instalments'],
  ['a buyer for page', { buyerId: '2088000000000001' }, 'buyerId'],
  ['an open id for wap', { method: 'alipay_wap', buyerOpenId: 'open_1' }, 'buyerOpenId'],
  ['a mini program without a buyer', { method: 'alipay_jsapi' }, 'buyerOpenId'],
  [
    'a mini program with two ids',
    { method: 'alipay_jsapi', buyerOpenId: 'open_1', buyerId: '2088000000000001' },
    'exactly one',
  ],
])('refuses %s', async (_name, how, named) => {
  const { status, body } = await open(await service.newOrder(), how)
  expect({ status, type: body.type }).toEqual({ status: 400, type: '/problems/invalid-request' })
  expect(body.detail).toContain(named)
})
