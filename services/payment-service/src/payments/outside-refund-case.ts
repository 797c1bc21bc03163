import type { NewCase } from '../case-store/open-cases.ts'

/** A refund that this system did not make, as a notify or a bill reports it. */
export interface OutsideRefund {
  readonly orderId: string
  readonly outTradeNo: string
  readonly tradeNo: string
  /** Alipay's `out_request_no`; undefined where none is given. */
  readonly requestNo: string | undefined
  readonly at: Date
}

/**
 * The key of the refund's case. A notify and a bill about the same refund give the same key. A refund without a number
 * is identified by everything refunded of its trade so far, fen.
 */
export function outsideRefundKey(outTradeNo: string, requestNo: string | undefined, refundedFen: number): string {
  return `outside_refund:${outTradeNo}:${requestNo ?? `without a number, ${refundedFen} fen`}`
}

/** The case of a refund that was made elsewhere. `evidence` is added to what booking the refund needs. Pure. */
export function outsideRefundCase(refund: OutsideRefund, refundedFen: number, evidence: object): NewCase {
  const { orderId, outTradeNo, tradeNo, requestNo, at } = refund
  return {
    key: outsideRefundKey(outTradeNo, requestNo, refundedFen),
    kind: 'outside_refund',
    orderId,
    outTradeNo,
    summary: `${outTradeNo} was refunded outside of this system: ${requestNo ?? 'no request number'}`,
    evidence: { requestNo, tradeNo, refundedFen, refundedAt: at.toISOString(), ...evidence },
    proposal: {
      action: 'book_outside_refund',
      why: 'Stop the shipment first. Once Alipay confirms the refund, it is entered in the ledger.',
    },
  }
}
