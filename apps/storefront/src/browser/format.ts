/** Formats fen as yuan: 25800 → ¥258.00, -1000 → −¥10.00. Integer arithmetic, so that it is exact. */
export function formatFen(fen: number): string {
  if (fen < 0) return `−${formatFen(-fen)}`
  const yuan = Math.floor(fen / 100)
  return `¥${yuan.toLocaleString('en-US')}.${String(fen % 100).padStart(2, '0')}`
}

/** Formats a time span as minutes and seconds: 29:05. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
