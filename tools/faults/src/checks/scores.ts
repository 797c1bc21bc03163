import { type PromiseNumber, promises } from '@alipay-checkout/audit'

/** What a run showed of one promise. */
export interface PromiseResult {
  number: PromiseNumber
  promise: string
  result: 'kept' | 'broken' | 'n/a'
  /** How many things were checked. */
  checks: number
  /** How many of each kind. */
  of: Record<string, number>
  /** Why a promise was not checked. */
  why?: string
  broken: { about: string; what: string }[]
  /** How many more than listed. */
  brokenMore: number
}

/** Listed of each promise. */
const listedMax = 50

/** Counts the checks of each promise and collects what is broken. */
export class PromiseScores {
  readonly #of = new Map<PromiseNumber, Record<string, number>>()
  readonly #broken = new Map<PromiseNumber, { about: string; what: string }[]>()

  /** Counts checks of a kind. */
  checked(number: PromiseNumber, what: string, count: number): void {
    const of = this.#of.get(number) ?? {}
    of[what] = (of[what] ?? 0) + count
    this.#of.set(number, of)
  }

  /** Adds something that breaks the promise. */
  broken(number: PromiseNumber, about: string, what: string): void {
    this.#broken.set(number, [...(this.#broken.get(number) ?? []), { about, what }])
  }

  /** Every promise; one without checks is neither kept nor broken. */
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
