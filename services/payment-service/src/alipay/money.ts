import Big from 'big.js'

/** Alipay: an amount in yuan has at most two decimals and no sign, exponent or separator. */
const yuanShape = /^(0|[1-9]\d{0,8})(\.\d{1,2})?$/

/** Integer fen as Alipay's yuan text with two decimals: 12345 → `123.45`. Throws unless `fen` is a whole number ≥ 0. */
export function yuanFromFen(fen: number): string {
  if (!Number.isSafeInteger(fen) || fen < 0) throw new Error(`not an amount in fen: ${fen}`)
  return new Big(fen).div(100).toFixed(2)
}

/** Alipay's yuan text as integer fen; undefined when it is not an amount. */
export function fenFromYuan(yuan: string): number | undefined {
  return yuanShape.test(yuan) ? new Big(yuan).times(100).toNumber() : undefined
}
