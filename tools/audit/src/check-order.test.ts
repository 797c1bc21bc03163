import { describe, expect, it } from 'vitest'
import { checkOrder } from './check-order.ts'
import type { OrderLedger } from './ledger-rows.ts'

const key = 'ord_1'
const refund = { refundId: 'ref_1', outTradeNo: key, amountFen: 300, status: 'SUCCEEDED', reason: 'requested' } as const

/** An order that was paid, and of which a part was refunded: all four ledgers agree. */
function healthy(): Required<OrderLedger> {
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

const check = (ledger: OrderLedger, alipayKnown = true) =>
  checkOrder(ledger, { nowMs: 1, alipayKnown }).map(({ promise, what }) => `${promise}: ${what}`)

it('finds nothing where all ledgers agree', () => {
  expect(check(healthy())).toEqual([])
})

it('finds nothing missing at Alipay where its ledger was not read', () => {
  const { alipay: _alipay, ...ledger } = healthy()
  expect(check(ledger, false)).toEqual([])
})

describe('compares Alipay’s ledger with payment-service', () => {
  const cases: [name: string, change: (ledger: Required<OrderLedger>) => void, found: string[]][] = [
    [
      'a trade that is paid at Alipay only',
      ({ alipay }) => alipay.trades.push({ outTradeNo: `${key}_2`, tradeNo: '2027', amountFen: 1_000, refunds: [] }),
      [`13: ${key}_2 is paid at Alipay, and CLOSED here`],
    ],
    [
      'a trade under an unknown number',
      ({ alipay }) => alipay.trades.push({ outTradeNo: `${key}_3`, tradeNo: '2027', amountFen: 1_000, refunds: [] }),
      [`13: ${key}_3 is paid at Alipay, and unknown here`],
    ],
    [
      'a trade that is paid here only',
      ({ alipay }) => {
        alipay.trades = []
      },
      [`13: ${key} is paid here, and not at Alipay`, '13: ref_1 was refunded here, and not at Alipay'],
    ],
    [
      'another amount',
      ({ alipay: { trades } }) => {
        trades[0]!.amountFen = 999
      },
      [`13: ${key} is 999 fen at Alipay, and 1000 here`],
    ],
    [
      'another trade under the same number',
      ({ alipay: { trades } }) => {
        trades[0]!.tradeNo = '2027'
      },
      [`13: ${key} is trade 2027 at Alipay, and 2026 here`],
    ],
    [
      'an unknown refund',
      ({ alipay: { trades } }) => trades[0]!.refunds.push({ refundId: 'ref_2', amountFen: 300 }),
      ['6: ref_2 was refunded at Alipay, and is unknown here'],
    ],
    [
      'a refund that was paid twice',
      ({ alipay: { trades } }) => trades[0]!.refunds.push({ refundId: 'ref_1', amountFen: 300 }),
      ['6: Alipay refunded ref_1 twice'],
    ],
    [
      'more refunds than money',
      ({ alipay: { trades } }) => {
        trades[0]!.refunds[0]!.amountFen = 1_300
      },
      [`6: Alipay refunded 1300 fen of ${key}, which was paid 1000`, '6: ref_1 is 1300 fen at Alipay, and 300 here'],
    ],
    [
      'a refund that never reached Alipay',
      ({ alipay: { trades } }) => {
        trades[0]!.refunds = []
      },
      ['13: ref_1 was refunded here, and not at Alipay'],
    ],
  ]

  it('accepts a refund made in Alipay’s console once it is booked, by its number there', () => {
    const ledger = healthy()
    ledger.alipay.trades[0]!.refunds[0]!.refundId = 'HZ01RF001'
    expect(check(ledger)).toEqual([
      '6: HZ01RF001 was refunded at Alipay, and is unknown here',
      '13: ref_1 was refunded here, and not at Alipay',
    ])
    ledger.payment.refunds[0]!.requestNo = 'HZ01RF001'
    expect(check(ledger)).toEqual([])
  })

  it('accepts a payment refunded before it was recorded, unless only a part was refunded', () => {
    const ledger = healthy()
    ledger.payment.attempts[1]!.refundedBeforeRecorded = true
    const refunds = [{ refundId: 'HZ01RF002', amountFen: 1_000 }]
    ledger.alipay.trades.push({ outTradeNo: `${key}_2`, tradeNo: '2027', amountFen: 1_000, refunds })
    expect(check(ledger)).toEqual([])
    refunds[0]!.amountFen = 999
    expect(check(ledger)).toEqual([`13: ${key}_2 is paid at Alipay, and CLOSED here`])
  })

  it.each(cases)('finds %s', (_name, change, found) => {
    const ledger = healthy()
    change(ledger)
    expect(check(ledger)).toEqual(found)
  })

  it('finds a trade of an unknown order', () => {
    expect(check({ key: 'stranger', alipay: healthy().alipay })).toEqual([
      '13: order-service does not have it, Alipay does',
    ])
  })
})

describe('after a restore', () => {
  const trade = { outTradeNo: `${key}_3`, tradeNo: '2027', amountFen: 1_000 }
  const whole = [{ refundId: 'lost', amountFen: 1_000 }]

  it('accepts a trade that no service has once Alipay has refunded all of it', () => {
    const { alipay } = healthy()
    const only = (refunds: typeof whole): OrderLedger => ({
      key,
      alipay: { ...alipay, trades: [{ ...trade, refunds }] },
    })
    expect(check(only([]))).toEqual(['13: order-service does not have it, Alipay does'])
    expect(check(only(whole))).toEqual([])
    expect(check({ ...only(whole), stock: healthy().stock })).toHaveLength(1)
  })

  it('accepts a further trade of an order that payment-service has lost once it is refunded', () => {
    const ledger = healthy()
    ledger.alipay.trades.push({ ...trade, refunds: whole })
    expect(check(ledger)).toEqual([])
  })

  it('accepts a REFUNDED order whose payment was refunded before it was recorded', () => {
    const ledger = healthy()
    ledger.order.status = 'REFUNDED'
    ledger.order.refundedFen = 1_000
    ledger.payment.status = 'CLOSED'
    ledger.payment.refunds = []
    const closed = { ...ledger.payment.attempts[1]!, outTradeNo: key }
    ledger.payment.attempts = [{ ...closed, refundedBeforeRecorded: true }]
    ledger.alipay.trades[0]!.refunds = whole
    expect(check(ledger)).toEqual([])
    const second = { ...healthy().payment.attempts[0]!, outTradeNo: `${key}_2`, tradeNo: '2027', refundedFen: 0 }
    ledger.payment.attempts.push({ ...second, refundingFen: 0 })
    expect(check(ledger, false)).toContain(`4: it is REFUNDED, and ${key}_2 is kept`)
    ledger.payment.attempts = [closed]
    expect(check(ledger)).not.toEqual([])
  })

  it('accepts the released stock of a REFUNDED order, and not reserved stock', () => {
    const ledger = healthy()
    ledger.order = { ...ledger.order, status: 'REFUNDED', refundedFen: 1_000 }
    ledger.payment.refunds = [{ ...refund, amountFen: 1_000, hasCase: false }]
    Object.assign(ledger.payment.attempts[0]!, { refundedFen: 1_000, refundingFen: 1_000 })
    ledger.alipay.trades[0]!.refunds[0]!.amountFen = 1_000
    const stockIn = (status: 'RESERVED' | 'RELEASED', returned = 0) => ({
      ...ledger.stock,
      lines: [{ sku: 'tea', quantity: 2, returned, status }],
    })
    expect(check({ ...ledger, stock: stockIn('RELEASED') })).toEqual([])
    expect(check({ ...ledger, stock: stockIn('RESERVED') })).toEqual(['1: it is REFUNDED, and its stock is RESERVED'])
    // Units that came back were sold, so their stock can't have been released.
    expect(check({ ...ledger, stock: stockIn('RELEASED', 2) })).toEqual([
      '1: it is REFUNDED, and its stock is RELEASED',
    ])
  })
})
