const dayMs = 86_400_000

/** The day so many days later, both as 2026-03-01. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** Whether a text is a day that exists, as 2026-03-01. */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** The month so many months later, both as 2026-03. */
export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7)
}

/** The month of an address; the current one where it names none. */
export const monthOf = (text: string | null, today: string): string =>
  text !== null && /^20\d{2}-(0[1-9]|1[0-2])$/.test(text) ? text : today.slice(0, 7)

/** First and last day of a month. */
export const boundsOf = (month: string) => ({ from: `${month}-01`, to: addDays(`${addMonths(month, 1)}-01`, -1) })

/** The days of a month in weeks from Monday to Sunday. Days of neighbouring months are undefined. */
export function weeksOf(month: string): (string | undefined)[][] {
  const { from, to } = boundsOf(month)
  const before = (new Date(`${from}T00:00:00Z`).getUTCDay() + 6) % 7
  const count = Number(to.slice(-2))
  const weeks = Math.ceil((before + count) / 7)
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const day = week * 7 + weekday - before
      return day >= 0 && day < count ? addDays(from, day) : undefined
    }),
  )
}
