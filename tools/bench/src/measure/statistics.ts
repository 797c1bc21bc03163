/** A summary of durations, ms. */
export type Latency = {
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

/** The middle value; of an even number of values the mean of the two in the middle, of none 0. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The median of every number of these records, by name; a name that a record has not counts as 0 there. */
export function medians(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = [...new Set(records.flatMap(record => Object.keys(record)))]
  return Object.fromEntries(names.map(name => [name, round(median(records.map(record => record[name] ?? 0)))]))
}

/** Two decimals: more would pretend a precision that no run has. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** How much of something there was in a second. */
export function perSecond(count: number, elapsedMs: number): number {
  return round((count / elapsedMs) * 1_000)
}

/** How much y grows when x grows by one, by least squares; 0 for fewer than two points. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const over = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  if (points.length < 2 || over === 0) return 0
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / over
}
