import { describe, expect, it } from 'vitest'
import { checkOrder } from './check-order.ts'
import type { OrderFacts } from './facts.ts'

const key = 'ord_1'
const refund = { refundId: 'ref_1', outTradeNo: key, amountFen: 300, status: 'SUCCEEDED', reason: 'requested' } as const

/** An order that was paid, and of which a part went back: all four books agree. */
function healthy(): Required<OrderFacts> {
  return {
    key,
    order: {
      key,
      status: 'PAID',
      totalFen: 1_000,
      units: { tea: 2 },
      paidBy: { outTradeNo: key, tradeNo: '2026', amountFen: 1_000 },
      refundedFen: 300,
      expiresAtMs: 0,
      changedAtMs: 0,
    },
    payment: {
      key,
      status: 'PAID',
      amountFen: 1_000,
      attempts: [
        {
          outTradeNo: key,
          status: 'PAID',
          tradeNo: '2026',
          paidFen: 1_000,
          isAccepted: false,
          refundedFen: 300,
          refundingFen: 300,
        },
        {
          outTradeNo: `${key}_2`,
          status: 'CLOSED',
          tradeNo: null,
          paidFen: 0,
          isAccepted: false,
          refundedFen: 0,
          refundingFen: 0,
        },
      ],
      refunds: [{ ...refund, hasCase: false }],
      changedAtMs: 0,
    },
    stock: { key, lines: [{ sku: 'tea', quantity: 2, returned: 1, status: 'COMMITTED' }], changedAtMs: 0 },
    alipay: {
      key,
      trades: [
        { outTradeNo: key, tradeNo: '2026', amountFen: 1_000, refunds: [{ refundId: 'ref_1', amountFen: 300 }] },
      ],
      changedAtMs: 0,
    },
  }
}

const check = (facts: OrderFacts, alipayKnown = true) =>
  checkOrder(facts, { nowMs: 1, alipayKnown }).map(({ promise, what }) => `${promise}: ${what}`)

it('finds nothing where all books agree', () => {
  expect(check(healthy())).toEqual([])
})

it('takes nothing for missing at Alipay where Alipay was not asked', () => {
  const { alipay: _alipay, ...facts } = healthy()
  expect(check(facts, false)).toEqual([])
})

describe('compares Alipay’s books with ours', () => {
  const cases: [name: string, change: (facts: Required<OrderFacts>) => void, found: string[]][] = [
    [
      'a trade that is paid there, and not here',
      ({ alipay }) => alipay.trades.push({ outTradeNo: `${key}_2`, tradeNo: '2027', amountFen: 1_000, refunds: [] }),
      [`13: ${key}_2 is paid at Alipay, and CLOSED here`],
    ],
    [
      'a trade under a number that we never gave out',
      ({ alipay }) => alipay.trades.push({ outTradeNo: `${key}_3`, tradeNo: '2027', amountFen: 1_000, refunds: [] }),
      [`13: ${key}_3 is paid at Alipay, and unknown here`],
    ],
    [
      'a trade that is paid here, and not there',
      ({ alipay }) => {
        alipay.trades = []
      },
      [`13: ${key} is paid here, and not at Alipay`, '13: ref_1 went back here, and not at Alipay'],
    ],
    [
      'another amount',
      ({ alipay: { trades } }) => {
        trades[0]!.amountFen = 999
      },
      [`13: ${key} is 999 fen at Alipay, and 1000 here`],
    ],
    [
      'another trade under our number',
      ({ alipay: { trades } }) => {
        trades[0]!.tradeNo = '2027'
      },
      [`13: ${key} is trade 2027 at Alipay, and 2026 here`],
    ],
    [
      'a refund that we do not know of',
      ({ alipay: { trades } }) => trades[0]!.refunds.push({ refundId: 'ref_2', amountFen: 300 }),
      ['6: ref_2 went back at Alipay, and is unknown here'],
    ],
    [
      'a refund that was paid out twice',
      ({ alipay: { trades } }) => trades[0]!.refunds.push({ refundId: 'ref_1', amountFen: 300 }),
      ['6: Alipay paid ref_1 twice'],
    ],
    [
      'more refunds than money',
      ({ alipay: { trades } }) => {
        trades[0]!.refunds[0]!.amountFen = 1_300
      },
      [`6: Alipay gave 1300 fen of ${key} back, and had 1000`, '6: ref_1 is 1300 fen at Alipay, and 300 here'],
    ],
    [
      'a refund that never reached Alipay',
      ({ alipay: { trades } }) => {
        trades[0]!.refunds = []
      },
      ['13: ref_1 went back here, and not at Alipay'],
    ],
  ]

  it('a refund that was made in Alipay’s console agrees once it is booked, by its number there', () => {
    const facts = healthy()
    facts.alipay.trades[0]!.refunds[0]!.refundId = 'HZ01RF001'
    expect(check(facts)).toEqual([
      '6: HZ01RF001 went back at Alipay, and is unknown here',
      '13: ref_1 went back here, and not at Alipay',
    ])
    facts.payment.refunds[0]!.requestNo = 'HZ01RF001'
    expect(check(facts)).toEqual([])
  })

  it('money that came and went back before we heard of it is no difference, and a part of it is', () => {
    const facts = healthy()
    facts.payment.attempts[1]!.refundedBeforeRecorded = true
    const refunds = [{ refundId: 'HZ01RF002', amountFen: 1_000 }]
    facts.alipay.trades.push({ outTradeNo: `${key}_2`, tradeNo: '2027', amountFen: 1_000, refunds })
    expect(check(facts)).toEqual([])
    refunds[0]!.amountFen = 999
    expect(check(facts)).toEqual([`13: ${key}_2 is paid at Alipay, and CLOSED here`])
  })

  it.each(cases)('%s', (_name, change, found) => {
    const facts = healthy()
    change(facts)
    expect(check(facts)).toEqual(found)
  })

  it('a trade whose order nobody knows', () => {
    expect(check({ key: 'stranger', alipay: healthy().alipay })).toEqual([
      '13: order-service does not know it, Alipay does',
    ])
  })
})
