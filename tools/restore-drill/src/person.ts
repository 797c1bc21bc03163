import type { Case } from '@alipay-checkout/contracts'

/** What a person decides about a case after a restore, as docs/operations/backup.md says. */
export type Decision =
  /** Resolve it with this action of `npm run cases -- resolve`. */
  | { do: 'resolve'; action: string; why: string }
  /** Query the trade first: only what Alipay has as paid, and no service has the order of, is refunded. */
  | { do: 'query'; orderId: string; outTradeNo: string }
  /** The drill knows no decision for it. */
  | { do: 'nothing' }

/** What is decided once the trade of a case was queried. */
export type AfterQuery =
  /** The payment is recorded, and the case resolved by it. */
  | { do: 'nothing_more' }
  /** No service has the order: refund the trade in Alipay's console, then resolve the case. */
  | { do: 'refund_at_alipay'; why: string }
  /** Alipay has no money of it. */
  | { do: 'resolve'; action: 'none'; why: string }
  /** Alipay gave no clear answer, or the order is known and only its attempt is not: the next recovery adds that. */
  | { do: 'later' }

/** Our trade numbers: an order's id, with `_2`, `_3` for its further attempts. */
const ourNumber = /^(ord_[0-9a-f]{32})(?:_\d+)?$/

/** Decides a case. Pure. */
export function decideCase({ kind, orderId, outTradeNo, evidence, proposal }: Case): Decision {
  const { difference, subject } = evidence as { difference?: string; subject?: string }
  switch (kind) {
    case 'outside_refund':
      return { do: 'resolve', action: proposal.action, why: 'Alipay confirms the refund; the ledger has lost it' }
    case 'bill_difference': {
      const isUnknown = difference === 'payment_missing_here' && !orderId
      const query = isUnknown ? queryOf(subject) : undefined
      return query ?? { do: 'resolve', action: proposal.action, why: 'bill and ledger are compared again afterwards' }
    }
    // A notify has reported the same: Alipay repeats it until it is answered, and sends one for the refund in its console.
    case 'unknown_order':
      return queryOf(outTradeNo) ?? { do: 'nothing' }
    case 'parked_message':
      return { do: 'resolve', action: 'none', why: 'the services have published the state of this order since' }
    default:
      return { do: 'nothing' }
  }
}

function queryOf(outTradeNo: string | null | undefined): Decision | undefined {
  const orderId = ourNumber.exec(outTradeNo ?? '')?.[1]
  return orderId && outTradeNo ? { do: 'query', orderId, outTradeNo } : undefined
}

/**
 * Decides a case whose trade was queried by the action `query_trade`. Pure.
 *
 * @param refusal what the action answered; undefined where it resolved the case
 * @param isKnown whether order-service has the order
 */
export function decideAfterQuery(refusal: string | undefined, isKnown: boolean): AfterQuery {
  if (refusal === undefined) return { do: 'nothing_more' }
  if (/Alipay reports (closed|no_trade)/.test(refusal)) {
    return { do: 'resolve', action: 'none', why: 'Alipay has no money of it: it was refunded or never paid' }
  }
  const isPaid = refusal.includes('which is rejected: unknown_order')
  return isPaid && !isKnown
    ? { do: 'refund_at_alipay', why: 'Alipay has it as paid, and no ledger has what was ordered' }
    : { do: 'later' }
}
