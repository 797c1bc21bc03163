/** Alipay's `out_trade_no` for an order's attempt: the order's id, then `_2`, `_3`. */
export function outTradeNoOf(orderId: string, number: number): string {
  return number === 1 ? orderId : `${orderId}_${number}`
}

/** The order that a trade number belongs to; undefined where it does not have this system's format. */
export function orderIdOf(outTradeNo: string): string | undefined {
  return /^(ord_[0-9a-f]{32})(_\d+)?$/.exec(outTradeNo)?.[1]
}
