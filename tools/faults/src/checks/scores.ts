/** What the system promises, by number. */
export const promises = {
  1: 'Never oversold',
  2: 'One order for each Idempotency-Key, and one answer',
  3: 'Every paid trade ends as a PAID order or a full refund',
  4: 'At most one payment of an order is kept',
  5: 'Money that came after closing revives the order, or goes back once',
  6: 'A refund happens at most once',
  7: 'The outbox loses nothing',
  8: 'Effects happen once',
  9: 'One bad message stops nobody',
  10: 'Orders that are due are closed, with and without Redis',
  11: '`success` is said only after the commit',
  12: 'Forgeries change nothing',
  13: 'Alipay’s books are ours, and so is its bill',
  14: 'A dead consumer shows',
  15: 'Nobody sees or changes what is not theirs',
  16: 'Stopping and crashing lose nothing that was acknowledged',
} as const

export type PromiseNumber = keyof typeof promises

/** What a run showed of one promise. */
export interface PromiseResult {
  number: PromiseNumber
  promise: string
  result: 'kept' | 'broken' | 'n/a'
  /** How many things were looked at. */
  checks: number
  /** What those were, by number. */
  of: Record<string, number>
  /** Why a promise that was not looked at could not be shown. */
  why?: string
  broken: { about: string; what: string }[]
  /** Those beyond what is listed. */
  brokenMore: number
}

/** Listed of each promise. */
const listedMax = 50

/** Counts what was looked at and keeps what was found broken. */
export class Scores {
  readonly #of = new Map<PromiseNumber, Record<string, number>>()
  readonly #broken = new Map<PromiseNumber, { about: string; what: string }[]>()

  /** So many things of a kind were looked at for a promise. */
  looked(number: PromiseNumber, what: string, count: number): void {
    const of = this.#of.get(number) ?? {}
    of[what] = (of[what] ?? 0) + count
    this.#of.set(number, of)
  }

  /** One of them breaks it. */
  broke(number: PromiseNumber, about: string, what: string): void {
    this.#broken.set(number, [...(this.#broken.get(number) ?? []), { about, what }])
  }

  /** Every promise; one of which nothing was seen is neither kept nor broken. */
  results(): PromiseResult[] {
    return (Object.keys(promises).map(Number) as PromiseNumber[]).map(number => {
      const of = Object.fromEntries(Object.entries(this.#of.get(number) ?? {}).filter(([, count]) => count > 0))
      const checks = Object.values(of).reduce((sum, count) => sum + count, 0)
      const broken = this.#broken.get(number) ?? []
      const result = broken.length > 0 ? 'broken' : checks > 0 ? 'kept' : 'n/a'
      return {
        number,
        promise: promises[number],
        result,
        checks,
        of,
        ...(result === 'n/a' ? { why: 'nothing of the kind happened in this run' } : {}),
        broken: broken.slice(0, listedMax),
        brokenMore: Math.max(0, broken.length - listedMax),
      }
    })
  }
}
