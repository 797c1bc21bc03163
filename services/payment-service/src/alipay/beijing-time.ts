const beijingOffsetMs = 8 * 3600 * 1000
const shape = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/

/** A time in Alipay's format, `yyyy-MM-dd HH:mm:ss` in Beijing. Fractions of a second are cut off. */
export function beijingTime(moment: Date): string {
  return new Date(moment.getTime() + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

/** Parses Alipay's time; undefined when the text is not one. */
export function parseBeijingTime(text: string): Date | undefined {
  if (!shape.test(text)) return undefined
  const moment = new Date(Date.parse(`${text.replace(' ', 'T')}Z`) - beijingOffsetMs)
  // PostgreSQL does not read the ISO format of years before 1.
  if (Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < 1) return undefined
  // Date.parse would turn the 30th of February into a day in March.
  return beijingTime(moment) === text ? moment : undefined
}
