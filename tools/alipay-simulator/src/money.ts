const YUAN = /^(\d{1,9})(?:\.(\d{1,2}))?$/

/** Alipay: one trade is worth 0.01 to 100000000 yuan. */
export const FEN_MIN = 1
export const FEN_MAX = 10_000_000_000

/** Fen of a yuan text such as `258.00`, or undefined when it is not an amount with at most two decimals. */
export function fenFromYuan(text: string): number | undefined {
  const match = YUAN.exec(text)
  if (!match) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Yuan with two decimals, as Alipay writes every amount. Takes integer fen. */
export function yuanFromFen(fen: number): string {
  return `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}
