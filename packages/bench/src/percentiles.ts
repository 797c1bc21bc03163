/** A summary of durations, ms. */
export interface Latency {
  p50: number
  p95: number
  p99: number
  max: number
}

/** Sums up durations, ms; of none, everything is 0. */
export function summarise(durationsMs: readonly number[]): Latency {
  const sorted = [...durationsMs].sort((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/** Two decimals: more would pretend a precision that no run has. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}
