import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { orderClosing, startTestService, type TestService } from '../test-service.ts'
import { newOrderId, type PaidTrade } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterAll(() => service.close())

/** All rows of payments, attempts and events. */
async function readLedger(): Promise<unknown> {
  const { client } = service.database
  return Promise.all([
    client`select * from payments order by order_id`,
    client`select * from attempts order by out_trade_no`,
    client`select * from outbox order by id`,
  ])
}

async function casesOf(orderId: string): Promise<string[]> {
  const rows = await service.database.client<{ kind: string }[]>`
    select kind from cases where order_id = ${orderId} and out_trade_no = ${orderId}`
  return rows.map(({ kind }) => kind)
}

async function results(orderId: string): Promise<string[]> {
  const rows = await service.database.client<{ result: string }[]>`
    select result from notifies where out_trade_no = ${orderId} order by received_at`
  return rows.map(({ result }) => result)
}

it('accepts a notify of the simulator, answers success, and publishes PaymentSucceeded once', async () => {
  service.alipay.setService(service.url)
  const orderId = await service.newOrder()
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
  const delivered = () =>
    service.alipay.control<{ items: { delivered: boolean }[] }>('GET', `/notifies?outTradeNo=${orderId}`)
  await vi.waitUntil(async () => (await delivered()).items.some(one => one.delivered), { timeout: 10_000 })
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID', tradeNo, notifies: 1 })
  expect(await service.eventsOf(orderId)).toMatchObject([
    { type: 'PaymentSucceeded', data: { orderId, outTradeNo: orderId, tradeNo, amountFen: 25_800, source: 'notify' } },
  ])
})

it('continues the trace of the order', async () => {
  const orderId = await service.newOrder()
  await service.notify(service.signedNotify(orderId))
  const [row] = await service.database.client`select headers from outbox where key = ${orderId}`
  expect(JSON.stringify(row)).toContain('0af7651916cd43dd8448eb211c80319c')
})

it('answers a repeated notify with success, and changes nothing', async () => {
  const orderId = await service.newOrder()
  const body = service.signedNotify(orderId)
  expect((await service.notify(body)).text).toBe('success')
  const before = await readLedger()
  for (let repeat = 0; repeat < 3; repeat++) expect((await service.notify(body)).text).toBe('success')
  expect(await readLedger()).toEqual(before)
  expect(await results(orderId)).toEqual(['paid', 'already_paid'])
})

it('records one payment for concurrent notifies', async () => {
  const orderId = await service.newOrder()
  const body = service.signedNotify(orderId)
  const answers = await Promise.all(Array.from({ length: 20 }, () => service.notify(body)))
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['success']))
  expect(await service.eventsOf(orderId)).toHaveLength(1)
})

it('publishes a payment that comes while its attempt is being closed, or after that', async () => {
  const closing = await service.newOrder()
  await service.open(closing)
  await service.consume(orderClosing(closing, 'expired'))
  expect((await service.notify(service.signedNotify(closing))).text).toBe('success')
  expect(await service.eventsOf(closing)).toMatchObject([{ type: 'PaymentSucceeded' }])

  const closed = await service.newOrder()
  await service.consume(orderClosing(closed, 'expired'))
  expect((await service.notify(service.signedNotify(closed))).text).toBe('success')
  expect(await service.eventsOf(closed)).toMatchObject([{ type: 'PaymentClosed' }, { type: 'PaymentSucceeded' }])
})

describe('a notify without a payment is stored and answered with success, and changes nothing', () => {
  it.each([
    ['the buyer has not paid yet', { trade_status: 'WAIT_BUYER_PAY' }, 'waiting_for_buyer'],
    ['the trade was closed', { trade_status: 'TRADE_CLOSED' }, 'trade_closed'],
  ])('%s', async (_name, change, result) => {
    const orderId = await service.newOrder()
    const before = await readLedger()
    expect(await service.notify(service.signedNotify(orderId, change))).toEqual({ status: 200, text: 'success' })
    expect(await readLedger()).toEqual(before)
    expect(await results(orderId)).toEqual([result])
  })
})

describe('a signed notify that is rejected gets a case and is answered with failure, and changes nothing', () => {
  it.each([
    ['another app', { app_id: '9021000000000099' }, 'another_app', 'app_mismatch'],
    ['another seller', { seller_id: '2088000000000099' }, 'another_seller', 'seller_mismatch'],
    ['another amount', { total_amount: '0.01' }, 'amount_differs', 'amount_mismatch'],
    [
      'another amount while waiting',
      { total_amount: '0.01', trade_status: 'WAIT_BUYER_PAY' },
      'amount_differs',
      'amount_mismatch',
    ],
  ])('%s', async (_name, change, result, kind) => {
    const orderId = await service.newOrder()
    const before = await readLedger()
    const body = service.signedNotify(orderId, change)
    for (let repeat = 0; repeat < 2; repeat++) {
      expect(await service.notify(body)).toEqual({ status: 200, text: 'failure' })
    }
    expect(await readLedger()).toEqual(before)
    expect(await results(orderId)).toEqual([result])
    expect(await casesOf(orderId)).toEqual([kind])
  })

  it('an unknown order', async () => {
    const orderId = newOrderId()
    const body = service.signedNotify(orderId)
    const before = await readLedger()
    expect((await service.notify(body)).text).toBe('failure')
    expect(await readLedger()).toEqual(before)
    expect(await results(orderId)).toEqual(['unknown_order'])
    expect(await casesOf(orderId)).toEqual(['unknown_order'])
  })
})

describe('a signed notify with fields of other products', () => {
  it('is recorded like any other', async () => {
    const orderId = await service.newOrder()
    const further = { hb_fq_pay_info: '{"fq_amount":"258.00"}', enterprise_pay_info: '{"a":"茶 +1%"}', refused: 'x' }
    expect((await service.notify(service.signedNotify(orderId, further))).text).toBe('success')
    expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })
  })

  it.each<[string, Record<string, string>]>([
    ['a malformed amount', { total_amount: '1e3' }],
    ['a list', { 'total_amount[]': '1.00' }],
    ['another amount inside free text', { subject: 'x&total_amount=1.00&y=' }],
  ])('is answered with failure, changes nothing, and gets one case: %s', async (_name, change) => {
    const orderId = await service.newOrder()
    const before = await readLedger()
    for (let repeat = 0; repeat < 2; repeat++) {
      expect((await service.notify(service.signedNotify(orderId, change))).text).toBe('failure')
    }
    expect(await readLedger()).toEqual(before)
    expect(await casesOf(orderId)).toEqual(['notify_refused'])
  })
})

describe('a body that Alipay did not sign is answered with failure and not stored', () => {
  const signed = (change = {}, algorithm?: string) => service.signedNotify(orderId, change, algorithm)
  let orderId: string
  it.each<[string, () => string]>([
    ['nothing', () => ''],
    ['no signature', () => signed().replace(/&sign=[^&]*/, '')],
    ['a wrong signature', () => signed().replace('258.00', '1.00')],
    ['SHA-1', () => signed({ sign_type: 'RSA' }, 'RSA-SHA1')],
    ['SHA-1 named RSA2', () => signed({}, 'RSA-SHA1')],
    ['MD5', () => signed({ sign_type: 'MD5' }, 'RSA-MD5')],
    ['a repeated parameter', () => `${signed()}&total_amount=258.00`],
    ['a list', () => signed().replace('trade_status=', 'trade_status%5B%5D=')],
    ['a broken escape', () => `${signed()}&body=%E0%A4%A`],
    ['JSON', () => '{"trade_status":"TRADE_SUCCESS"}'],
    ['binary', () => '\u0000\u0001%00%ff=&&&=='],
  ])('%s', async (_name, body) => {
    orderId = await service.newOrder()
    const before = await readLedger()
    expect(await service.notify(body())).toEqual({ status: 200, text: 'failure' })
    expect(await readLedger()).toEqual(before)
    expect(await results(orderId)).toEqual([])
    expect(await casesOf(orderId)).toEqual([])
  })

  it('a body that is too large', async () => {
    const { status, text } = await service.notify(`subject=${'x'.repeat(70_000)}`)
    expect({ status, text }).toEqual({ status: 413, text: 'failure' })
  })
})

it.each([
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; text/html; charset=utf-8',
  'application/json',
  'text/plain',
  'nonsense',
])('accepts a notify with the content type %s', async contentType => {
  const orderId = await service.newOrder()
  expect(await service.notify(service.signedNotify(orderId), contentType)).toEqual({ status: 200, text: 'success' })
})
