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

const jsapi = { method: 'alipay_jsapi', buyerOpenId: 'open_1' } as const
const qr = { method: 'alipay_qr' } as const

function open(orderId: string, how: Partial<OpenPayment>) {
  const body = { orderId, as: 'url', returnUrl: 'https://shop.example/result', ...how }
  return callService<{ outTradeNo: string; content: string; reason?: string }>(
    service.url,
    'POST',
    '/payments/open',
    body,
  )
}

/** What the buyer of a mini program or of a code comes with, from the content of an opened payment. */
const targetOf = (content: string) => (content.startsWith('https:') ? { qrCode: content } : { alipayTradeNo: content })
const pay = (content: string) => service.alipay.control<PaidTrade>('POST', '/pay', targetOf(content))
const scan = (content: string) => service.alipay.control('POST', '/open', targetOf(content))
const statusOf = async (outTradeNo: string) =>
  (await service.alipay.control<{ tradeStatus: string }>('GET', `/trades/${outTradeNo}`)).tradeStatus
const sync = async (orderId: string) => {
  await service.forgetSync(orderId)
  return callService(service.url, 'POST', `/payments/${orderId}/check`)
}

it('opens a mini program with a trade, whose number is the same again', async () => {
  const orderId = await service.newOrder()
  const { status, body } = await open(orderId, jsapi)
  expect({ status, body }).toMatchObject({ status: 200, body: { outTradeNo: orderId, method: 'alipay_jsapi' } })
  expect(await statusOf(orderId)).toBe('WAIT_BUYER_PAY')
  expect((await open(orderId, jsapi)).body).toEqual(body)
  expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_jsapi'])
})

it('finds a payment in the mini program, and one by the order code, without a notify', async () => {
  for (const how of [jsapi, qr]) {
    const orderId = await service.newOrder()
    const { tradeNo } = await pay((await open(orderId, how)).body.content)
    await sync(orderId)
    expect(await service.eventsOf(orderId)).toMatchObject([
      { type: 'PaymentSucceeded', data: { method: how.method, tradeNo } },
    ])
    expect(await open(orderId, how)).toMatchObject({ status: 409, body: { reason: 'already_paid' } })
  }
})

it('refuses the seller as the buyer, and names the field', async () => {
  const orderId = await service.newOrder()
  const { buyerOpenId: _none, ...how } = jsapi
  const { status, body } = await open(orderId, { ...how, buyerId: service.alipay.sellerId })
  expect({ status, body }).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/^buyerId .*SELLER/) } })
})

it('closes the trade of another buyer, and opens the next attempt', async () => {
  const orderId = await service.newOrder()
  await open(orderId, jsapi)
  const other = await open(orderId, { ...jsapi, buyerOpenId: 'open_2' })
  expect(other).toMatchObject({ status: 200, body: { outTradeNo: `${orderId}_2` } })
  expect(await statusOf(orderId)).toBe('TRADE_CLOSED')
  expect(await service.attemptsOf(orderId)).toEqual(['CLOSED alipay_jsapi', 'OPENED alipay_jsapi'])
})

it('opens the next attempt where the trade was closed at Alipay', async () => {
  const orderId = await service.newOrder()
  await open(orderId, jsapi)
  await service.alipay.control('POST', '/close', { outTradeNo: orderId })
  expect((await open(orderId, { ...jsapi, buyerOpenId: 'open_2' })).body.outTradeNo).toBe(`${orderId}_2`)
})

it('reports a paid trade as paid, also when its buyer is another', async () => {
  const orderId = await service.newOrder()
  await pay((await open(orderId, jsapi)).body.content)
  expect(await open(orderId, { ...jsapi, buyerOpenId: 'open_2' })).toMatchObject({
    status: 409,
    body: { reason: 'already_paid' },
  })
})

it('opens page after a mini program only once the trade is closed', async () => {
  const orderId = await service.newOrder()
  await open(orderId, jsapi)
  expect((await open(orderId, { method: 'alipay_page' })).body.outTradeNo).toBe(`${orderId}_2`)
  expect(await statusOf(orderId)).toBe('TRADE_CLOSED')
})

it('shows page beside an order code, and a payment by either counts once', async () => {
  const orderId = await service.newOrder()
  await open(orderId, { method: 'alipay_page' })
  const { body: code } = await open(orderId, qr)
  expect((await open(orderId, { method: 'alipay_page' })).body.outTradeNo).toBe(orderId)
  expect(await service.attemptsOf(orderId)).toEqual(['OPENED alipay_page', 'OPENED alipay_qr'])
  await pay(code.content)
  await sync(orderId)
  await service.closer.runNow()
  expect(await service.attemptsOf(orderId)).toEqual(['CLOSED alipay_page', 'PAID alipay_qr'])
})

it('leaves at most one trade that can be paid, however many buyers ask at once', async () => {
  const orderId = await service.newOrder()
  const buyers = Array.from({ length: 6 }, (_, index) => ({ ...jsapi, buyerOpenId: `open_${index}` }))
  const answers = await Promise.all(buyers.map(buyer => open(orderId, buyer)))
  for (const { status } of answers) expect([200, 502]).toContain(status)
  const attempts = await service.attemptsOf(orderId)
  const numbers = attempts.map((_, index) => (index === 0 ? orderId : `${orderId}_${index + 1}`))
  const states = await Promise.all(numbers.map(no => statusOf(no).catch(() => 'none')))
  expect(states.filter(state => state === 'WAIT_BUYER_PAY').length).toBeLessThanOrEqual(1)
  expect(attempts.filter(text => text.startsWith('OPENED')).length).toBeLessThanOrEqual(1)
  expect((await open(orderId, { ...jsapi, buyerOpenId: 'open_9' })).status).toBe(200)
})

it('opens an attempt for each method that is requested at once', async () => {
  const orderId = await service.newOrder()
  const answers = await Promise.all([qr, { method: 'alipay_page' } as const, qr].map(how => open(orderId, how)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await service.attemptsOf(orderId)).toSorted()).toEqual(['OPENED alipay_page', 'OPENED alipay_qr'])
})

describe('without a certain answer', () => {
  it.each([jsapi, qr])('leaves the attempt open, and opens it at the next request: $method', async how => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/faults', { gateway: 'html' })
    expect((await open(orderId, how)).status).toBe(502)
    expect(await service.attemptsOf(orderId)).toEqual([`OPENED ${how.method}`])
    await service.alipay.control('DELETE', '/faults')
    expect(await open(orderId, how)).toMatchObject({ status: 200, body: { outTradeNo: orderId } })
  })
})

describe.each([
  ['expired', 'CLOSING'],
  ['cancelled', 'CLOSED'],
] as const)('when the order is %s', (reason, unusedStatus) => {
  it('a trade of a mini program is closed at once', async () => {
    const orderId = await service.newOrder()
    await open(orderId, jsapi)
    await service.consume(orderClosing(orderId, reason))
    await service.closer.runNow()
    expect(await statusOf(orderId)).toBe('TRADE_CLOSED')
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
  })

  it('a scanned code is closed at once', async () => {
    const orderId = await service.newOrder()
    await scan((await open(orderId, qr)).body.content)
    await service.consume(orderClosing(orderId, reason))
    await service.closer.runNow()
    expect(await statusOf(orderId)).toBe('TRADE_CLOSED')
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
  })

  it(`a code that nobody has scanned leaves the payment ${unusedStatus}`, async () => {
    const orderId = await service.newOrder()
    await open(orderId, qr)
    await service.consume(orderClosing(orderId, reason))
    await service.closer.runNow()
    expect(await service.read(orderId)).toMatchObject({ status: unusedStatus })
  })
})
