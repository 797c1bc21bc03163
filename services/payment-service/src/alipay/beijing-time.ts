const beijingOffsetMs = 8 * 3600 * 1000
const shape = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/

/** A moment as Alipay writes it: `yyyy-MM-dd HH:mm:ss` in Beijing, whatever time zone this process has. Parts of a second are cut off. */
export function beijingTime(moment: Date): string {
  return new Date(moment.getTime() + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

/** Reads Alipay's time back; undefined when the text is not one. */
export function parseBeijingTime(text: string): Date | undefined {
  if (!shape.test(text)) return undefined
  const moment = new Date(Date.parse(`${text.replace(' ', 'T')}Z`) - beijingOffsetMs)
  // Before the year 1 a moment is written in a way that PostgreSQL does not read.
  if (Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < 1) return undefined
  // The 30th of February would otherwise become a day in March.
  return beijingTime(moment) === text ? moment : undefined
}
