import { expect, it } from 'vitest'
import { beijingDay, beijingHour, beijingTime, formatAge, formatFen, formatMs, parseYuan, yuanOf } from './format.ts'

it.each([
  [0, '¥0.00'],
  [5, '¥0.05'],
  [99, '¥0.99'],
  [100, '¥1.00'],
  [123_450, '¥1,234.50'],
  [100_000_000_00, '¥100,000,000.00'],
  [-123_450, '−¥1,234.50'],
])('shows %d fen as %s', (fen, text) => {
  expect(formatFen(fen)).toBe(text)
})

it.each([
  ['12.5', 1250],
  ['12.50', 1250],
  ['¥1,234.50', 123_450],
  ['0.05', 5],
  [' 7 ', 700],
  ['', undefined],
  ['12.345', undefined],
  ['1,23', undefined],
  ['-5', undefined],
  ['five', undefined],
])('reads %j yuan as %s fen', (text, fen) => {
  expect(parseYuan(text)).toBe(fen)
})

it('reads back what it writes into a field', () => {
  for (const fen of [1, 10, 105, 99_999, 10_000_000_000]) expect(parseYuan(yuanOf(fen))).toBe(fen)
})

it('says how long ago a time was in its largest unit', () => {
  const now = Date.parse('2026-03-01T08:00:00Z')
  expect(formatAge(now - 30_000, now, 'en')).toBe('30 seconds ago')
  expect(formatAge(now - 3 * 3_600_000, now, 'en')).toBe('3 hours ago')
  expect(formatAge(now + 2 * 86_400_000, now, 'zh-CN')).toBe('后天')
})

it('shows durations in a fitting unit', () => {
  expect([840, 3200, 240_000, 7_200_000].map(formatMs)).toEqual(['840 ms', '3.2 s', '4 min', '2 h'])
})

it('takes the day in Beijing, which begins 8 hours before that of UTC', () => {
  expect(beijingDay(Date.parse('2026-03-01T15:59:59Z'))).toBe('2026-03-01')
  expect(beijingDay(Date.parse('2026-03-01T16:00:00Z'))).toBe('2026-03-02')
})

it('shows times in Beijing, whatever the zone of the browser', () => {
  const time = Date.parse('2026-03-01T16:30:05Z')
  expect(beijingTime(time, 'en-GB')).toEqual({ day: '02/03/2026', clock: '00:30:05' })
  expect(beijingTime(time, 'zh-CN')).toEqual({ day: '2026/3/2', clock: '00:30:05' })
  expect(beijingHour(Date.parse('2026-03-01T16:00:00Z'))).toBe('00:00')
})
