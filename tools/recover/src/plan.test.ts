import type { BrokenOrder } from '@alipay-checkout/audit'
import { expect, it } from 'vitest'
import { differingTwice, planRound, signatureOf } from './plan.ts'

type Ledger = BrokenOrder['ledger']
const key = 'ord_1'
const order = (status: NonNullable<Ledger['order']>['status'], more: object = {}): NonNullable<Ledger['order']> => ({
  ...{ key, status, totalFen: 100, units: { tea: 1 }, refundedFen: 0, expiresAtMs: 0, changedAtMs: 0 },
  ...more,
})
const payment = (status: NonNullable<Ledger['payment']>['status']): NonNullable<Ledger['payment']> => ({
  ...{ key, status, amountFen: 100, attempts: [], refunds: [], changedAtMs: 0 },
})
const stock = (status: 'RESERVED' | 'COMMITTED' | 'RELEASED' | 'REJECTED'): NonNullable<Ledger['stock']> => ({
  ...{ key, lines: [{ sku: 'tea', quantity: 1, returned: 0, status }], changedAtMs: 0 },
})
const broken = (ledger: Omit<Ledger, 'key'>): BrokenOrder => ({
  ledger: { key, ...ledger },
  breaks: [{ promise: 7, about: key, what: 'it is broken' }],
})
const planOf = (ledger: Omit<Ledger, 'key'>) => planRound([broken(ledger)])

it('rebuilds what only other services have', () => {
  expect(planOf({ payment: payment('PAID'), stock: stock('COMMITTED') })).toMatchObject({
    rebuild: [key],
    republish: [],
  })
})

it('republishes every other broken order', () => {
  expect(planOf({ order: order('RESERVING'), stock: stock('RESERVED') })).toMatchObject({
    rebuild: [],
    republish: [key],
    cancel: [],
  })
})

it.each(['RELEASED', 'REJECTED'] as const)('cancels an order that waits for a payment with %s stock', status => {
  const ledger = { order: order('PENDING_PAYMENT'), payment: payment('CLOSED'), stock: stock(status) }
  expect(planOf(ledger).cancel).toEqual([key])
  expect(planOf({ ...ledger, payment: payment('PAID') }).cancel).toEqual([])
  expect(planOf({ ...ledger, stock: stock('RESERVED') }).cancel).toEqual([])
})

it('names the attempt that only order-service knows', () => {
  const paidBy = { outTradeNo: 'ord_1_2', tradeNo: 't', amountFen: 100 }
  const paid = { order: order('PAID', { paidBy }), payment: payment('EXPECTED'), stock: stock('COMMITTED') }
  expect(planOf(paid).outTradeNos).toEqual(new Map([[key, ['ord_1_2']]]))
  const attempts = [{ outTradeNo: 'ord_1_2' } as NonNullable<Ledger['payment']>['attempts'][number]]
  expect(planOf({ ...paid, payment: { ...payment('PAID'), attempts } }).outTradeNos.size).toBe(0)
})

it('names the payment that only order-service has, with what is not refunded of it', () => {
  const paidBy = { outTradeNo: 'ord_1', tradeNo: 't', amountFen: 100 }
  const paid = order('PAID', { paidBy, refundedFen: 30 })
  expect(planOf({ order: paid, payment: payment('EXPECTED') }).paidBy).toEqual(
    new Map([[key, { ...paidBy, leftFen: 70 }]]),
  )
  const attempts = [{ outTradeNo: 'ord_1', status: 'PAID' } as NonNullable<Ledger['payment']>['attempts'][number]]
  expect(planOf({ order: paid, payment: { ...payment('PAID'), attempts } }).paidBy.size).toBe(0)
})

it('tells two rounds apart by what is broken', () => {
  expect(signatureOf([])).toBe('')
  expect(signatureOf([broken({})])).toBe('ord_1 it is broken')
})

it('takes an order for moving unless it differs twice in the same way', () => {
  const other = { ...broken({}), breaks: [{ promise: 10 as const, about: key, what: 'it is CLOSING' }] }
  expect(differingTwice([broken({})], [broken({ stock: stock('RELEASED') })])).toEqual([
    broken({ stock: stock('RELEASED') }),
  ])
  expect(differingTwice([broken({})], [other])).toEqual([])
  expect(differingTwice([broken({})], [])).toEqual([])
})
