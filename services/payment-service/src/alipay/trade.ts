/** A trade that the buyer has paid, as Alipay reports it. `tradeNo` is Alipay's number, `outTradeNo` ours. */
export interface Trade {
  readonly outTradeNo: string
  readonly tradeNo: string
  readonly amountFen: number
  readonly paidAt: Date
  /**
   * The buyer's id at Alipay, or the open id where Alipay gives no id, as it does to apps made since 2023. Undefined
   * where it gives neither.
   */
  readonly buyerId?: string | undefined
}

/** What a signed notify reports when it is not about a payment. */
export type NoMoney = 'waiting_for_buyer' | 'trade_closed' | 'refund_notice'

/** What a notify reports about a refund of its trade. */
export interface NoticedRefund {
  /** Alipay's `out_biz_no`: the `out_request_no` of the refund; undefined where Alipay gave none. */
  readonly requestNo: string | undefined
  /** Everything refunded of the trade so far, this refund included, fen. */
  readonly refundedFen: number
  readonly at: Date
}
