/** Attempts that were queried at Alipay, and those of them without a clear answer. */
export interface Queried {
  queried: readonly string[]
  unclear: readonly string[]
}

/** Notes what queries have answered in the set of attempts whose last query had no clear answer. */
export function noteUnclear(all: Set<string>, { queried, unclear }: Queried): void {
  for (const outTradeNo of queried) all.delete(outTradeNo)
  for (const outTradeNo of unclear) all.add(outTradeNo)
}
