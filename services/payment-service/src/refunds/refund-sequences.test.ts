import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isTaking } from './refund.ts'
import { type RefundableTrade, refundableByLine, sizeRefund, sizeRetry, takenByLine } from './refund-amount.ts'

const orders = fc
  .record({
    lines: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 7 }),
        unitPriceFen: fc.integer({ min: 0, max: 300 }),
        adjustment: fc.integer({ min: -100, max: 50 }),
      }),
      { minLength: 1, maxLength: 10 },
    ),
    shippingFen: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 })),
  })
  .map(({ lines, shippingFen }) => {
    const ordered = lines.map(({ quantity, unitPriceFen, adjustment }, number) => ({
      sku: `sku-${number}`,
      quantity,
      unitPriceFen,
      adjustmentFen: Math.trunc((quantity * unitPriceFen * adjustment) / 100),
    }))
    return { ordered, shippingFen, paidFen: ordered.reduce((sum, line) => sum + netOf(line), shippingFen) }
  })
  .filter(({ paidFen }) => paidFen > 0)
const netOf = (line: { quantity: number; unitPriceFen: number; adjustmentFen: number }) =>
  line.quantity * line.unitPriceFen + line.adjustmentFen

type Order = typeof orders extends fc.Arbitrary<infer T> ? T : never
type Step =
  | { type: 'request'; lines: { line: number; quantity: number }[]; includeShipping: boolean; needsApproval: boolean }
  | { type: 'fail' | 'retry' | 'approve' | 'reject'; which: number }
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('request' as const),
    lines: fc.array(fc.record({ line: fc.nat(9), quantity: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    includeShipping: fc.boolean(),
    needsApproval: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom('fail', 'retry', 'approve', 'reject'), which: fc.nat(30) }),
)

it('refunds every line to the fen, after any sequence of refunds by line, decisions, failures and retries', () => {
  fc.assert(
    fc.property(orders, fc.array(steps, { maxLength: 40, size: 'max' }), (order, all) => {
      const history = createHistory(order)
      for (const step of all) {
        history.take(step)
        expect(violations(order, history.trade())).toEqual([])
      }
      const { lines, shippingRefundableFen } = refundableByLine(history.trade())
      const remaining = lines.filter(line => line.refundableQuantity > 0)
      const size = sizeRefund(history.trade(), {
        lines: remaining.map(({ sku, refundableQuantity }) => ({ sku, quantity: refundableQuantity })),
        includeShipping: shippingRefundableFen > 0,
      })
      const lastFen = size.outcome === 'fits' ? size.amountFen : 0
      expect(history.trade().refundingFen + lastFen).toBe(order.paidFen)
    }),
    { numRuns: 400 },
  )
})

/** What is wrong with the refunds that take of the balance. */
function violations({ ordered, paidFen }: Order, trade: RefundableTrade): string[] {
  const wrong = trade.refundingFen > paidFen ? ['more than was paid'] : []
  for (const line of ordered) {
    const own = trade.taken.lines.filter(({ sku }) => sku === line.sku)
    const units = own.reduce((sum, { quantity }) => sum + quantity, 0)
    const fen = own.reduce((sum, { amountFen = 0 }) => sum + amountFen, 0)
    if (units > line.quantity) wrong.push(`${units} units of ${line.sku}`)
    if (fen > netOf(line) || (units === line.quantity && fen !== netOf(line))) wrong.push(`${fen} fen of ${line.sku}`)
  }
  for (const { sku, refundableQuantity: quantity, refundableFen } of refundableByLine(trade).lines) {
    if (quantity === 0) continue
    const next = sizeRefund(trade, { lines: [{ sku, quantity }] })
    const takes = next.outcome === 'costs_nothing' ? 0 : next.outcome === 'fits' ? next.amountFen : next.outcome
    if (takes !== refundableFen) wrong.push(`${sku} is listed with ${refundableFen} fen and takes ${takes}`)
  }
  return wrong
}

const changes = {
  fail: ['PENDING', 'FAILED'],
  retry: ['FAILED', 'PENDING'],
  approve: ['AWAITING_APPROVAL', 'PENDING'],
  reject: ['AWAITING_APPROVAL', 'REJECTED'],
} as const

/** The refunds of one order, as the ledger has them. */
function createHistory(order: Order) {
  const refunds: (Parameters<typeof takenByLine>[0][number] & Parameters<typeof sizeRetry>[1])[] = []
  const trade = (): RefundableTrade => {
    const open = refunds.filter(isTaking)
    const refundingFen = open.reduce((sum, { amountFen }) => sum + amountFen, 0)
    return { ...order, refundingFen, taken: takenByLine(refunds) }
  }
  function take(step: Step): void {
    if (step.type === 'request') {
      const lines = step.lines.map(({ line, quantity }) => ({ sku: `sku-${line % order.ordered.length}`, quantity }))
      const size = sizeRefund(trade(), { lines, includeShipping: step.includeShipping })
      const status = step.needsApproval ? 'AWAITING_APPROVAL' : 'PENDING'
      if (size.outcome === 'fits') refunds.push({ ...size, status })
      return
    }
    const [from, to] = changes[step.type]
    const found = refunds.filter(({ status }) => status === from)
    const refund = found[step.which % found.length]
    if (!refund) return
    if (step.type === 'retry' && sizeRetry(trade(), refund).outcome !== 'fits') return
    refunds[refunds.indexOf(refund)] = { ...refund, status: to }
  }
  return { trade, take }
}
