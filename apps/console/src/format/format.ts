/** Fen as yuan: 123450 → ¥1,234.50. */
export function formatFen(fen: number): string {
  const sign = fen < 0 ? '−' : ''
  const digits = String(Math.abs(fen)).padStart(3, '0')
  const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign}¥${yuan}.${digits.slice(-2)}`
}

/** Yuan as a person types them (1,234.5) as fen. Undefined where the text is no amount. */
export function parseYuan(text: string): number | undefined {
  const match = /^¥?\s*(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (match === null) return undefined
  return Number(match[1]?.replaceAll(',', '')) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Fen as yuan for a field: 123450 → 1234.50. */
export const yuanOf = (fen: number): string => (fen / 100).toFixed(2)

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** How long ago (or until) a time is, in its largest unit: 5 minutes ago. */
export function formatAge(time: number, now: number, locale: string): string {
  const distance = time - now
  const [unit, size] = units.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', 1000]
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(distance / size), unit)
}

/** A duration: 840 ms, 3.2 s, 4 min, 2 h. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 3_600_000)} h`
}

/** A moment in Beijing, whatever the zone of the browser: its day, and its time with seconds. */
export function beijingTime(time: number, locale: string): { day: string; clock: string } {
  const format = (style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...style, timeZone: 'Asia/Shanghai' }).format(time)
  return { day: format({ dateStyle: 'short' }), clock: format({ timeStyle: 'medium' }) }
}

/** The hour that begins at this moment in Beijing, such as 09:00. */
export const beijingHour = (time: number): string => `${new Date(time + 8 * 3_600_000).toISOString().slice(11, 13)}:00`

/** The day of a moment in Beijing, such as 2026-03-01. Beijing is at UTC+8 all year. */
export const beijingDay = (time: number): string => new Date(time + 8 * 3_600_000).toISOString().slice(0, 10)
