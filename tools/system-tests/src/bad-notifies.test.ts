import type { PlacedOrder } from '@alipay-checkout/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deliver, notifyOf, pay, readNotifies, redeliver, signNotify, strangersKey } from './parts/alipay.ts'
import { type Books, openBooks } from './parts/books.ts'
import { newCustomer, newProduct, place, untilOrderIs } from './parts/shop.ts'

const customer = newCustomer()
let books: Books
let sku: string
let placed: PlacedOrder
/** What Alipay would say when the order is paid. */
let fields: Record<string, string>

beforeAll(async () => {
  books = openBooks()
  sku = await newProduct(books, { units: 100 })
  placed = await place(customer, { [sku]: 1 })
})
beforeEach(() => {
  fields = notifyOf({ outTradeNo: placed.tradeNo, totalFen: placed.order.totalFen })
})
afterAll(() => books?.close())

/** Sends a notify and expects its answer, and that no row of the order has changed. */
async function expectNothing(form: URLSearchParams | string, answer: 'success' | 'failure', contentType?: string) {
  const before = await books.rowsOf(placed.order.orderId)
  expect((await deliver(form, contentType)).text).toBe(answer)
  expect(await books.rowsOf(placed.order.orderId)).toEqual(before)
}

describe('promise 12: what Alipay did not sign is answered failure and leaves no trace', () => {
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
  test.each(cases)('%s', async (_name, form) => {
    const verdicts = await books.verdictsOf(placed.tradeNo)
    await expectNothing(form(), 'failure')
    expect(await books.verdictsOf(placed.tradeNo)).toEqual(verdicts)
  })

  test('a body of another kind', async () => {
    await expectNothing(JSON.stringify({ ...fields, sign: 'x', sign_type: 'RSA2' }), 'failure', 'application/json')
    await expectNothing('--x\r\n\r\n--x--', 'failure', 'multipart/form-data; boundary=x')
  })
})

describe('promise 12: what Alipay signed in a shape that can mean two things changes nothing', () => {
  const odd: [name: string, changes: Record<string, string>][] = [
    ['parameters as lists', { 'total_amount[]': '0.01', 'out_trade_no[0]': 'x' }],
    ['a name with an equals sign', { 'total_amount=0.01&x': '1' }],
    ['another amount inside of free text', { subject: 'x&total_amount=0.01&y=' }],
  ]
  test.each(odd)('%s', async (_name, changes) => {
    await expectNothing(signNotify({ ...fields, ...changes }), 'failure')
  })
})

describe('promise 12: what Alipay signed, but not for this order', () => {
  const refused: [name: string, changes: Record<string, string>][] = [
    ['another app', { app_id: '9021000000000000', auth_app_id: '9021000000000000' }],
    ['another seller', { seller_id: '2088000000000000' }],
    ['another amount', { total_amount: '0.01' }],
    ['an amount that is none', { total_amount: '1e2' }],
    ['an order that is unknown', { out_trade_no: `ord_${'0'.repeat(32)}` }],
    ['an order id of another shape', { out_trade_no: 'somebody_elses_7' }],
    ['a status that is unknown', { trade_status: 'TRADE_PAID' }],
  ]
  test.each(refused)('%s is answered failure and changes nothing', async (_name, changes) => {
    await expectNothing(signNotify({ ...fields, ...changes }), 'failure')
  })

  test.each(['WAIT_BUYER_PAY', 'TRADE_CLOSED'])('%s is a harmless success', async status => {
    await expectNothing(signNotify({ ...fields, trade_status: status }), 'success')
  })

  test('a notice of a partial refund, which says TRADE_SUCCESS again, is no payment', async () => {
    await expectNothing(signNotify({ ...fields, refund_fee: '1.00', gmt_refund: '2026-01-02 03:05:00' }), 'success')
  })
})

test('after all that the order can still be paid, and a repeat of the notify changes nothing', async () => {
  const { orderId } = placed.order
  await pay(placed.paymentUrl)
  await untilOrderIs(customer, orderId, 'PAID')
  await expect.poll(() => books.reservationsOf(orderId)).toEqual({ [sku]: 'COMMITTED' })
  const before = await books.rowsOf(orderId)
  const [notify] = await readNotifies(orderId)
  const again = await redeliver(notify?.notifyId ?? '')
  expect(again.attempts.at(-1)).toMatchObject({ outcome: 'delivered', answer: 'success' })
  expect(await books.rowsOf(orderId)).toEqual(before)
  // A second payment for the same number, and a close that comes late: neither makes a paid order unpaid.
  await deliver(signNotify(notifyOf({ outTradeNo: placed.tradeNo, totalFen: placed.order.totalFen })))
  await deliver(signNotify({ ...fields, trade_status: 'TRADE_CLOSED' }))
  expect(await books.rowsOf(orderId)).toEqual(before)
})

test('Alipay’s odd content type is taken as well', async () => {
  const { order, tradeNo } = await place(customer, { [sku]: 1 })
  const form = signNotify(notifyOf({ outTradeNo: tradeNo, totalFen: order.totalFen }))
  const answer = await deliver(form, 'application/x-www-form-urlencoded; text/html; charset=utf-8')
  expect(answer).toMatchObject({ status: 200, text: 'success' })
  expect(answer.headers.get('content-type')).toContain('text/plain')
  await untilOrderIs(customer, order.orderId, 'PAID')
})

test('values with percent signs, pluses and Chinese are signed as they are read', async () => {
  const { order, tradeNo } = await place(customer, { [sku]: 1 })
  const named = notifyOf(
    { outTradeNo: tradeNo, totalFen: order.totalFen },
    { subject: '100% 茶 + 杯 %zz', body: '"><b>' },
  )
  expect((await deliver(signNotify(named))).text).toBe('success')
  await untilOrderIs(customer, order.orderId, 'PAID')
})

test('genuine notifies are taken while thirty strangers send control characters', async () => {
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

test('a notify with fields of Alipay’s other products is money all the same', async () => {
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
