/** Percentiles of durations, ms. */
interface Latency {
  p50: number
  p99: number
  max: number
}

/** Percentiles by nearest rank, ms; all 0 without durations. */
export function summarise(durationsMs: readonly number[]): Latency {
  const at = (share: number) => percentile(durationsMs, share)
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** The value by nearest rank that `share` of the values do not exceed; 0 without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0)
}

/** The median; of an even number of values the mean of the two in the middle, of none 0. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return round(sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2)
}

/** Two decimals: no measurement here is more precise. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

export function perSecond(count: number, elapsedMs: number): number {
  return round((count / elapsedMs) * 1_000)
}
