import type { PaymentMethod } from '@alipay-checkout/contracts'
import { describe, expect, it } from 'vitest'
import { decideOpening } from './opening.ts'
import type { Attempt, Payment } from './payment.ts'

const orderId = 'ord_00000000000000000000000000000001'
const now = new Date('2026-01-02T03:04:05.250Z')
const seconds = (n: number) => new Date(now.getTime() + n * 1000)
const attempt = { outTradeNo: orderId, number: 1 }
const trade = { outTradeNo: orderId, tradeNo: 'T1', amountFen: 100, paidAt: now }
const page = { method: 'alipay_page' } as const

function paymentWith(
  state: { status: Payment['status']; [more: string]: unknown },
  attempts: readonly object[],
  expiresAt = seconds(600),
): Payment {
  const details = { orderId, customerId: 'c-1', amountFen: 100, expiresAt, attempts: attempts as Attempt[] }
  return { ...details, ...state } as Payment
}

const payment = (state: { status: Payment['status']; [more: string]: unknown }, newest: object, expiresAt?: Date) =>
  paymentWith(state, [{ ...attempt, ...newest }], expiresAt)

const timeExpire = seconds(500)
const opened = { ...page, status: 'OPENED', timeExpire, nextCloseAt: null, closeTries: 0 }

it.each([
  ['unknown', undefined, 'unknown_order'],
  ['being closed', payment({ status: 'CLOSING', reason: 'expired' }, opened), 'closing'],
  ['paid', payment({ status: 'PAID', trade }, { status: 'PAID', trade }), 'already_paid'],
  ['closed', payment({ status: 'CLOSED' }, { status: 'CLOSED' }), 'closed'],
  ['expired', payment({ status: 'EXPECTED' }, { status: 'CREATED' }, now), 'expired'],
  ['expired and opened before', payment({ status: 'EXPECTED' }, opened, now), 'expired'],
  ['tried ten times', payment({ status: 'EXPECTED' }, { status: 'CLOSED', number: 10 }), 'too_many_attempts'],
])('refuses to open a payment that is: %s', (_name, given, reason) => {
  expect(decideOpening(given, page, now)).toEqual({ outcome: 'refused', reason })
})

it('opens the first attempt until the order expires, rounded down to seconds', () => {
  expect(decideOpening(payment({ status: 'EXPECTED' }, { status: 'CREATED' }), page, now)).toEqual({
    outcome: 'open',
    orderId,
    outTradeNo: orderId,
    number: 1,
    amountFen: 100,
    method: 'alipay_page',
    timeExpire: new Date('2026-01-02T03:14:05.000Z'),
  })
})

it('allows a minute, rounded up, where the order expires sooner than Alipay permits', () => {
  const soon = payment({ status: 'EXPECTED' }, { status: 'CREATED' }, seconds(1))
  expect(decideOpening(soon, page, now)).toMatchObject({ timeExpire: new Date('2026-01-02T03:05:06.000Z') })
})

it('opens the next attempt where the last one is closed', () => {
  expect(decideOpening(payment({ status: 'EXPECTED' }, { status: 'CLOSED' }), page, now)).toMatchObject({
    outcome: 'open_next',
    outTradeNo: `${orderId}_2`,
    number: 2,
    timeExpire: new Date('2026-01-02T03:14:05.000Z'),
  })
})

it('keeps the time limit of the first opening', () => {
  expect(decideOpening(payment({ status: 'EXPECTED' }, opened), page, now)).toMatchObject({
    outcome: 'opened_before',
    timeExpire,
  })
})

describe('with several methods', () => {
  const no = (number: number) => (number === 1 ? orderId : `${orderId}_${number}`)
  const instalments = { number: 6, sellerPaysFee: false }
  const state = { OPENED: opened, CREATED: { status: 'CREATED' }, CLOSED: { status: 'CLOSED' } }
  /** Attempts 1, 2 …, each as `status method`. */
  const attemptsOf = (texts: readonly string[]) =>
    texts.map((text, index) => {
      const [status, method, number] = text.split(' ') as [keyof typeof state, string?, string?]
      return {
        ...state[status],
        outTradeNo: no(index + 1),
        number: index + 1,
        method: method && `alipay_${method}`,
        ...(number ? { instalments: { ...instalments, number: Number(number) } } : {}),
      }
    })

  it.each([
    ['the first attempt takes any method', ['CREATED'], 'qr', [], 'open 1 alipay_qr'],
    ['the same method is opened again', ['OPENED jsapi'], 'jsapi', [], 'opened_before 1 alipay_jsapi'],
    ['another method is closed first', ['OPENED page'], 'wap', [], 'close_first 1'],
    ['an unused link stays open', ['OPENED page'], 'wap', [1], 'open_next 2 alipay_wap'],
    ['another method that is closed', ['CLOSED page'], 'wap', [], 'open_next 2 alipay_wap'],
    ['of two, the other is closed first', ['OPENED page', 'OPENED wap'], 'page', [], 'close_first 2'],
    ['of two, the earlier again', ['OPENED page', 'OPENED wap'], 'page', [2], 'opened_before 1 alipay_page'],
    ['several are closed first', ['OPENED page', 'OPENED wap', 'OPENED qr'], 'app', [], 'close_first 1 2 3'],
    ['one of several may have a trade', ['OPENED page', 'OPENED wap'], 'app', [1], 'close_first 2'],
    ['a third method', ['OPENED page', 'OPENED wap'], 'app', [1, 2], 'open_next 3 alipay_app'],
    ['instalments are another payment', ['OPENED page'], 'page 6', [], 'close_first 1'],
    ['the same instalments again', ['OPENED page 6'], 'page 6', [], 'opened_before 1 alipay_page 6'],
    ['other instalments', ['OPENED page 3'], 'page 6', [1], 'open_next 2 alipay_page 6'],
    ['without instalments', ['OPENED page 3'], 'page', [1], 'open_next 2 alipay_page'],
    [
      'nothing is closed for a refusal',
      [...Array.from({ length: 9 }, () => 'CLOSED page'), 'OPENED page'],
      'wap',
      [],
      'refused too_many_attempts',
    ],
  ])('%s', (_name, attempts, wished, unused, expected) => {
    const [method, number] = wished.split(' ')
    const opening = decideOpening(
      paymentWith({ status: 'EXPECTED' }, attemptsOf(attempts)),
      {
        method: `alipay_${method}` as PaymentMethod,
        ...(number ? { instalments: { number: Number(number) as 6, sellerPaysFee: false } } : {}),
        unused: new Set(unused.map(no)),
      },
      now,
    )
    const numberOf = (outTradeNo: string) => outTradeNo.split('_')[2] ?? '1'
    const described =
      opening.outcome === 'refused'
        ? [opening.reason]
        : opening.outcome === 'close_first'
          ? opening.outTradeNos.map(numberOf)
          : [numberOf(opening.outTradeNo), opening.method, opening.instalments?.number]
    expect([opening.outcome, ...described].filter(Boolean).join(' ')).toBe(expected)
  })
})
