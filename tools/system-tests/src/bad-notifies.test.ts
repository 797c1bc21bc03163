import { describePromise } from '@alipay-checkout/audit'
import type { PlacedOrder } from '@alipay-checkout/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliver, notifyOf, pay, readNotifies, redeliver, signNotify, strangersKey } from './support/alipay.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { newCustomer, newProduct, place, untilOrderIs } from './support/shop.ts'

const customer = newCustomer()
let databases: TestedDatabases
let sku: string
let placed: PlacedOrder
/** The notify that Alipay sends when the order is paid. */
let fields: Record<string, string>

beforeAll(async () => {
  databases = openTestedDatabases()
  sku = await newProduct(databases, { units: 100 })
  placed = await place(customer, { [sku]: 1 })
})
beforeEach(() => {
  fields = notifyOf({ outTradeNo: placed.tradeNo, totalFen: placed.order.totalFen })
})
afterAll(() => databases?.close())

/** Sends a notify and expects its answer, and that no row of the order has changed. */
async function expectNothing(form: URLSearchParams | string, answer: 'success' | 'failure', contentType?: string) {
  const before = await databases.rowsOf(placed.order.orderId)
  expect((await deliver(form, contentType)).text).toBe(answer)
  expect(await databases.rowsOf(placed.order.orderId)).toEqual(before)
}

describe(`${describePromise(12)}: a notify without Alipay’s signature is answered failure and stores nothing`, () => {
  const other = strangersKey()
  const cases: [name: string, form: () => URLSearchParams | string][] = [
    ['nothing at all', () => ''],
    ['something that is no form', () => '%%%=%E0%A4%A&{"a":1}'],
    ['no signature', () => new URLSearchParams({ ...fields, sign_type: 'RSA2' })],
    ['no signature type', () => without('sign_type', signNotify(fields))],
    ['an empty signature', () => replaced('sign', '', signNotify(fields))],
    ['a signature that is no base64', () => replaced('sign', '<script>', signNotify(fields))],
    ['the signature of a stranger', () => signNotify(fields, { key: other })],
    ['an amount changed after signing', () => replaced('total_amount', '0.01', signNotify(fields))],
    ['an order changed after signing', () => replaced('out_trade_no', `ord_${'0'.repeat(32)}`, signNotify(fields))],
    ['SHA1 under the name RSA2', () => signNotify(fields, { hash: 'RSA-SHA1' })],
    ['SHA1 by its own name', () => signNotify(fields, { hash: 'RSA-SHA1', signType: 'RSA' })],
    ['MD5', () => signNotify(fields, { hash: 'RSA-MD5', signType: 'MD5' })],
    ['a signature over sign_type as well', () => signNotify({ ...fields, sign_type: 'RSA2' })],
    ['a parameter twice', () => `${signNotify(fields)}&total_amount=${fields.total_amount}`],
    ['the signature twice', () => `${signNotify(fields)}&sign=x`],
    [
      'two fields signed as one',
      () =>
        signNotify({ ...fields, subject: 'x&total_amount=0.01' })
          .toString()
          .replace('%26', '&'),
    ],
    ['a body far too large', () => signNotify({ ...fields, body: 'x'.repeat(100_000) })],
  ]
  it.each(cases)('%s', async (_name, form) => {
    const results = await databases.notifyResultsOf(placed.tradeNo)
    await expectNothing(form(), 'failure')
    expect(await databases.notifyResultsOf(placed.tradeNo)).toEqual(results)
  })

  it('a body of another kind', async () => {
    await expectNothing(JSON.stringify({ ...fields, sign: 'x', sign_type: 'RSA2' }), 'failure', 'application/json')
    await expectNothing('--x\r\n\r\n--x--', 'failure', 'multipart/form-data; boundary=x')
  })
})

describe(`${describePromise(12)}: an ambiguous signed notify changes nothing`, () => {
  const odd: [name: string, changes: Record<string, string>][] = [
    ['parameters as lists', { 'total_amount[]': '0.01', 'out_trade_no[0]': 'x' }],
    ['a name with an equals sign', { 'total_amount=0.01&x': '1' }],
    ['another amount inside of free text', { subject: 'x&total_amount=0.01&y=' }],
  ]
  it.each(odd)('%s', async (_name, changes) => {
    await expectNothing(signNotify({ ...fields, ...changes }), 'failure')
  })
})

describe(`${describePromise(12)}: a signed notify that does not fit the order`, () => {
  const refused: [name: string, changes: Record<string, string>][] = [
    ['another app', { app_id: '9021000000000000', auth_app_id: '9021000000000000' }],
    ['another seller', { seller_id: '2088000000000000' }],
    ['another amount', { total_amount: '0.01' }],
    ['an amount that is none', { total_amount: '1e2' }],
    ['an order that is unknown', { out_trade_no: `ord_${'0'.repeat(32)}` }],
    ['an order id of another shape', { out_trade_no: 'somebody_elses_7' }],
    ['a status that is unknown', { trade_status: 'TRADE_PAID' }],
  ]
  it.each(refused)('%s is answered failure and changes nothing', async (_name, changes) => {
    await expectNothing(signNotify({ ...fields, ...changes }), 'failure')
  })

  it.each(['WAIT_BUYER_PAY', 'TRADE_CLOSED'])('%s is a harmless success', async status => {
    await expectNothing(signNotify({ ...fields, trade_status: status }), 'success')
  })

  it('a partial refund’s notify, which has TRADE_SUCCESS again, is announced and is not a payment', async () => {
    const { orderId } = placed.order
    const moneyAndStock = async () => {
      const { attempts, reservations, stock } = await databases.rowsOf(orderId)
      return { attempts, reservations, stock, payment: await databases.paymentStatusOf(orderId) }
    }
    const before = await moneyAndStock()
    const form = signNotify({ ...fields, refund_fee: '1.00', gmt_refund: '2026-01-02 03:05:00' })
    expect((await deliver(form)).text).toBe('success')
    const timeline = async () => JSON.stringify((await databases.rowsOf(orderId)).order)
    await expect.poll(timeline).toContain('OutsideRefundDetected')
    expect(await moneyAndStock()).toEqual(before)
  })
})

it('the order can still be paid after refused notifies, and a redelivery changes nothing', async () => {
  const { orderId } = placed.order
  await pay(placed.paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  await expect.poll(() => databases.reservationsOf(orderId)).toEqual({ [sku]: 'COMMITTED' })
  const before = await databases.rowsOf(orderId)
  const [notify] = await readNotifies(orderId)
  const again = await redeliver(notify?.notifyId ?? '')
  expect(again.attempts.at(-1)).toMatchObject({ outcome: 'delivered', answer: 'success' })
  expect(await databases.rowsOf(orderId)).toEqual(before)
  // A second payment for the same number, and a close that comes late: neither makes a paid order unpaid.
  await deliver(signNotify(notifyOf({ outTradeNo: placed.tradeNo, totalFen: placed.order.totalFen })))
  await deliver(signNotify({ ...fields, trade_status: 'TRADE_CLOSED' }))
  expect(await databases.rowsOf(orderId)).toEqual(before)
})

it('Alipay’s unusual content type is accepted', async () => {
  const { order, tradeNo } = await place(customer, { [sku]: 1 })
  const form = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen: order.totalFen }))
  const answer = await deliver(form, 'application/x-www-form-urlencoded; text/html; charset=utf-8')
  expect(answer).toMatchObject({ status: 200, text: 'success' })
  expect(answer.headers.get('content-type')).toContain('text/plain')
  await untilOrderIs(customer, order.orderId, 'PAID')
})

it('values with percent signs, pluses and Chinese verify', async () => {
  const { order, tradeNo } = await place(customer, { [sku]: 1 })
  const named = notifyOf(
    { outTradeNo: tradeNo, totalFen: order.totalFen },
    { subject: '100% 茶 + 杯 %zz', body: '"><b>' },
  )
  expect((await deliver(signNotify(named))).text).toBe('success')
  await untilOrderIs(customer, order.orderId, 'PAID')
})

it('genuine notifies are accepted while thirty senders post control characters', async () => {
  const orders = await Promise.all(Array.from({ length: 10 }, () => place(customer, { [sku]: 1 })))
  const controlCharacters = '\u0001'.repeat(64 * 1024)
  const genuine = orders.map(({ order, tradeNo }) =>
    signNotify(notifyOf({ outTradeNo: tradeNo, totalFen: order.totalFen })),
  )
  // Thirty at a time, before, between and after the genuine ones.
  const strangers = Array.from({ length: 30 }, async () => {
    for (let times = 0; times < 3; times++) expect((await deliver(controlCharacters)).text).toBe('failure')
  })
  const answers = await Promise.all(genuine.map(form => deliver(form)))
  await Promise.all(strangers)
  expect(answers.map(({ text }) => text)).toEqual(genuine.map(() => 'success'))
  for (const { order } of orders) await untilOrderIs(customer, order.orderId, 'PAID')
})

it('a notify with fields of Alipay’s other products pays the order', async () => {
  const { order, tradeNo } = await place(customer, { [sku]: 1 })
  const further = {
    hb_fq_pay_info: '{"user_install_num":"3","fq_amount":"258.00"}',
    enterprise_pay_info: '{"is_use_enterprise_pay":true}',
    discount_goods_detail: '[{"goods_name":"明前龙井 100% + 1"}]',
    business_params: '{"note":"a&b=c"}',
    buyer_open_id: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5',
  }
  const named = notifyOf({ outTradeNo: tradeNo, totalFen: order.totalFen }, further)
  expect((await deliver(signNotify(named))).text).toBe('success')
  await untilOrderIs(customer, order.orderId, 'PAID')
})

function replaced(name: string, value: string, form: URLSearchParams): URLSearchParams {
  form.set(name, value)
  return form
}

function without(name: string, form: URLSearchParams): URLSearchParams {
  form.delete(name)
  return form
}
