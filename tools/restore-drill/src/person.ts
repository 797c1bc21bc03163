import type { Case } from '@alipay-checkout/contracts'

/** What a person decides about a case after a restore, as docs/operations/backup.md says. */
export type Decision =
  /** Resolve it with this action of `npm run cases -- resolve`. */
  | { do: 'resolve'; action: string; why: string }
  /** No service has the order: refund the trade in Alipay's console, then resolve the case. */
  | { do: 'refund_at_alipay'; outTradeNo: string; why: string }
  /** The drill knows no decision for it. */
  | { do: 'nothing' }

/** Our trade numbers: an order's id, with `_2`, `_3` for its further attempts. */
const ourNumber = /^ord_[0-9a-f]{32}(?:_\d+)?$/

/** Decides a case. Pure. */
export function decideCase({ kind, orderId, outTradeNo, evidence, proposal }: Case): Decision {
  const { difference, subject } = evidence as { difference?: string; subject?: string }
  switch (kind) {
    case 'outside_refund':
      return { do: 'resolve', action: proposal.action, why: 'Alipay confirms the refund; the ledger has lost it' }
    case 'bill_difference':
      if (difference === 'payment_missing_here' && !orderId && ourNumber.test(subject ?? '')) {
        return { do: 'refund_at_alipay', outTradeNo: subject as string, why: 'no ledger has what was ordered' }
      }
      return { do: 'resolve', action: proposal.action, why: 'the bill and the ledger are compared again afterwards' }
    // A notify has reported the same: Alipay repeats it until it is answered, and sends one for the refund in its console.
    case 'unknown_order':
      return ourNumber.test(outTradeNo ?? '')
        ? { do: 'refund_at_alipay', outTradeNo: outTradeNo as string, why: 'no ledger has what was ordered' }
        : { do: 'nothing' }
    case 'parked_message':
      return { do: 'resolve', action: 'none', why: 'the services have published the state of this order since' }
    default:
      return { do: 'nothing' }
  }
}
