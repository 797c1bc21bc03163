import type { OpenPayment } from '@alipay-checkout/contracts'
import { methodsOf } from '@alipay-checkout/contracts'
import { type Logger, Problem } from '@alipay-checkout/service-kit'
import { describe, expect, it, vi } from 'vitest'
import type { AlipayClient, CloseAnswer, QueryAnswer } from '../alipay/client.ts'
import type { OpenTradeAnswer } from '../alipay/open-trade.ts'
import type { PaymentSigner } from '../alipay/payment-signer.ts'
import { createPaymentMaker } from './make-payment.ts'
import type { OpenableAttempt } from './opening.ts'
import { details, orderId, seconds, trade } from './test-payments.ts'

const request: OpenPayment = {
  orderId,
  method: 'alipay_jsapi',
  as: 'url',
  returnUrl: 'https://shop.example/result',
  buyerOpenId: 'open_1',
}
const { buyerOpenId: _buyer, ...withoutBuyer } = request
const attempt: OpenableAttempt = {
  outcome: 'open',
  orderId,
  outTradeNo: orderId,
  number: 1,
  amountFen: details.amountFen,
  method: 'alipay_jsapi',
  timeExpire: seconds(600),
}
const opened: OpenTradeAnswer = { outcome: 'opened', content: '2026010222001' }
const timeout = { outcome: 'unknown', reason: 'timeout', detail: 'no answer' } as const

/** A payment maker with an Alipay that gives these answers. */
function makerWith(answers: { openTrade: OpenTradeAnswer; close?: CloseAnswer; query?: QueryAnswer }) {
  const openTrade = vi.fn<AlipayClient['openTrade']>(async () => answers.openTrade)
  const logger = { error: vi.fn(), warn: vi.fn() }
  const make = createPaymentMaker({
    alipay: {
      openTrade,
      close: async () => answers.close ?? { outcome: 'unclear', detail: '' },
      query: async () => answers.query ?? { outcome: 'waiting' },
    } as unknown as AlipayClient,
    recordAlipayResult: async () => ({ outcome: 'ignored', reason: 'already_closed' }),
    signer: {} as PaymentSigner,
    methodSettings: {
      methods: methodsOf('jsapi,qr'),
      instalments: false,
      miniAppId: '2021000000000001',
      notifyUrl: 'https://shop.example/api/payment/notify',
    },
    logger: logger as unknown as Logger,
  })
  return { make, openTrade, logger }
}

async function problemOf(made: Promise<unknown>): Promise<{ type: string; detail: string }> {
  const error = await made.then(
    () => undefined,
    reason => reason,
  )
  if (!(error instanceof Problem)) throw error ?? new Error('no problem was thrown')
  return { type: error.type, detail: error.message }
}

it('creates a trade for the buyer in the mini program, with the address for notifies', async () => {
  const { make, openTrade } = makerWith({ openTrade: opened })
  expect(await make(attempt, request)).toEqual({ state: 'made', content: '2026010222001' })
  expect(openTrade.mock.calls).toMatchObject([
    [
      {
        method: 'alipay_jsapi',
        outTradeNo: orderId,
        timeExpire: attempt.timeExpire,
        buyer: { buyerOpenId: 'open_1' },
        miniAppId: '2021000000000001',
        notifyUrl: 'https://shop.example/api/payment/notify',
      },
    ],
  ])
})

it('shares an answer between repetitions for the same buyer', async () => {
  const { make, openTrade } = makerWith({ openTrade: opened })
  await Promise.all([
    make(attempt, request),
    make(attempt, request),
    make(attempt, { ...request, buyerOpenId: 'open_2' }),
  ])
  await make(attempt, request)
  expect(openTrade).toHaveBeenCalledTimes(2)
})

describe('where Alipay has another trade of the number', () => {
  const openTrade = { outcome: 'has_another_trade', detail: '40004 ACQ.TRADE_BUYER_NOT_MATCH' } as const

  it.each<[string, CloseAnswer, QueryAnswer | undefined, string]>([
    ['closes it', { outcome: 'closed' }, undefined, 'closed'],
    ['finds it closed', { outcome: 'unclear', detail: '' }, { outcome: 'closed' }, 'closed'],
    ['finds it paid', { outcome: 'unclear', detail: '' }, { outcome: 'paid', trade }, 'paid'],
  ])('%s', async (_name, close, query, state) => {
    expect(await makerWith({ openTrade, close, ...(query ? { query } : {}) }).make(attempt, request)).toEqual({ state })
  })

  it.each<[string, CloseAnswer, QueryAnswer | undefined, string]>([
    ['it cannot be closed', { outcome: 'unclear', detail: '' }, { outcome: 'waiting' }, 'alipay-failed'],
    ['closing it is not answered', timeout, timeout, 'alipay-timeout'],
    ['Alipay contradicts itself', { outcome: 'no_trade' }, undefined, 'alipay-failed'],
  ])('opens nothing where %s', async (_name, close, query, type) => {
    const { make } = makerWith({ openTrade, close, ...(query ? { query } : {}) })
    expect(await problemOf(make(attempt, request))).toMatchObject({ type })
  })
})

it.each<[string, OpenTradeAnswer]>([
  ['refused', { outcome: 'not_contracted', detail: '40004 ACQ.ACCESS_FORBIDDEN' }],
  [
    'refused without a signature',
    {
      outcome: 'unknown',
      reason: 'failed',
      detail: 'unverified',
      unverified: { code: '40006', subCode: 'isv.insufficient-isv-permissions' },
    },
  ],
])('reports a product that is not contracted, and logs Alipay’s code (%s)', async (_name, openTrade) => {
  const { make, logger } = makerWith({ openTrade })
  expect(await problemOf(make(attempt, request))).toMatchObject({ type: 'payment-method-unavailable' })
  expect(logger.error).toHaveBeenCalledWith(
    { outTradeNo: orderId, method: 'alipay_jsapi', reason: expect.any(String) },
    expect.any(String),
  )
})

it.each([
  ['buyerOpenId', request],
  ['buyerId', { ...withoutBuyer, buyerId: '2088000000000001' }],
])('names the field of a buyer that Alipay does not accept: %s', async (field, given) => {
  const { make } = makerWith({ openTrade: { outcome: 'wrong_buyer', detail: '40004 ACQ.BUYER_NOT_EXIST' } })
  const { type, detail } = await problemOf(make(attempt, given))
  expect(type).toBe('invalid-request')
  expect(detail).toMatch(new RegExp(`^${field} .*ACQ.BUYER_NOT_EXIST`))
})

it.each<[OpenTradeAnswer, string]>([
  [timeout, 'alipay-timeout'],
  [{ outcome: 'unknown', reason: 'failed', detail: '20000' }, 'alipay-failed'],
  [{ outcome: 'unknown', reason: 'over_budget', detail: 'not called' }, 'alipay-failed'],
])('reports an unclear answer: %o', async (openTrade, type) => {
  expect(await problemOf(makerWith({ openTrade }).make(attempt, request))).toMatchObject({ type })
})
