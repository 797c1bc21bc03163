const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000
const PATTERN = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** `yyyy-MM-dd HH:mm:ss` on a Beijing clock, whatever zone this process runs in. Takes ms since 1970. */
export function toBeijing(ms: number): string {
  return new Date(ms + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}

/** Ms since 1970 of a Beijing `yyyy-MM-dd HH:mm:ss`, or undefined for any other text and for days that do not exist. */
export function fromBeijing(text: string): number | undefined {
  if (!PATTERN.test(text)) return undefined
  const ms = Date.parse(`${text.replace(' ', 'T')}Z`) - BEIJING_OFFSET_MS
  // Some engines parse 02-30 as a day in March. A real date prints back as the same text.
  return Number.isNaN(ms) || toBeijing(ms) !== text ? undefined : ms
}

/** `yyyyMMdd` and `HHmmss` of a moment in Beijing, the way Alipay builds its numbers. */
export function beijingStamp(ms: number): { day: string; time: string } {
  const digits = toBeijing(ms).replaceAll(/\D/g, '')
  return { day: digits.slice(0, 8), time: digits.slice(8) }
}
