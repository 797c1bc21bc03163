import type { BrokenOrder } from '@alipay-checkout/audit'

/** What is done about the broken orders in one round. */
export interface Plan {
  /** Orders that order-service lost: it stores them again as the other services know them. */
  rebuild: string[]
  /** Orders whose state each service publishes again. */
  republish: string[]
  /** Orders that wait for a payment although their stock was released: they are over. */
  cancel: string[]
  /** Attempts that payment-service lost and order-service counts as the payment, by order. */
  outTradeNos: Map<string, string[]>
  /** Trades that order-service counts as the payment and payment-service does not have as paid, by order. */
  paidBy: Map<string, PaidBy>
}

/** `leftFen`: what order-service does not have as refunded of it. */
export type PaidBy = NonNullable<NonNullable<BrokenOrder['ledger']['order']>['paidBy']> & { leftFen: number }

/** Decides what one round does about each broken order. Pure. */
export function planRound(broken: readonly BrokenOrder[]): Plan {
  const plan: Plan = { rebuild: [], republish: [], cancel: [], outTradeNos: new Map(), paidBy: new Map() }
  for (const { ledger } of broken) {
    const { key, order, payment, stock } = ledger
    if (order === undefined) {
      plan.rebuild.push(key)
      continue
    }
    plan.republish.push(key)
    const stockStatus = stock?.lines[0]?.status
    const isUnsold = stockStatus === 'RELEASED' || stockStatus === 'REJECTED'
    if (order.status === 'PENDING_PAYMENT' && isUnsold && payment?.status !== 'PAID') plan.cancel.push(key)
    const { paidBy } = order
    if (!paidBy) continue
    const attempt = payment?.attempts.find(({ outTradeNo }) => outTradeNo === paidBy.outTradeNo)
    if (attempt === undefined) plan.outTradeNos.set(key, [paidBy.outTradeNo])
    if (attempt?.status !== 'PAID') plan.paidBy.set(key, { ...paidBy, leftFen: paidBy.amountFen - order.refundedFen })
  }
  return plan
}

/** Lines by which two sets of broken orders can be compared: empty where nothing is broken. Pure. */
export function signatureOf(broken: readonly BrokenOrder[]): string {
  return broken.map(({ ledger, breaks }) => `${ledger.key} ${breaks.map(({ what }) => what).join('; ')}`).join('\n')
}

/** The orders that differ in both readings, and in the same way: another one is changing, beside shoppers. Pure. */
export function differingTwice(first: readonly BrokenOrder[], second: readonly BrokenOrder[]): BrokenOrder[] {
  const before = new Set(first.map(one => signatureOf([one])))
  return second.filter(one => before.has(signatureOf([one])))
}
