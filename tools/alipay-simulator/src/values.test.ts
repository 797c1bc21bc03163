import fc from 'fast-check'
import { expect, it } from 'vitest'
import { beijingStamp, fromBeijing, toBeijing } from './beijing-time.ts'
import { FEN_MAX, fenFromYuan, yuanFromFen } from './money.ts'

it('writes and reads times in Beijing time', () => {
  expect(toBeijing(Date.UTC(2026, 0, 31, 16, 0, 1))).toBe('2026-02-01 00:00:01')
  expect(fromBeijing('2026-02-01 00:00:01')).toBe(Date.UTC(2026, 0, 31, 16, 0, 1))
  expect(beijingStamp(Date.UTC(2026, 0, 31, 16, 0, 1))).toEqual({ day: '20260201', time: '000001' })
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000 }),
      seconds => fromBeijing(toBeijing(seconds * 1000)) === seconds * 1000,
    ),
  )
})

it.each([
  '2026-02-30 00:00:00',
  '2026-02-01',
  '2026-02-01T00:00:00',
  '2026-13-01 00:00:00',
  '2026-01-01 24:00:00',
  '',
  '昨天',
])('refuses the time %j', text => expect(fromBeijing(text)).toBeUndefined())

it('prints every amount with two decimals and reads back the same', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: FEN_MAX }), fen => fenFromYuan(yuanFromFen(fen)) === fen))
  expect(fenFromYuan('258')).toBe(25_800)
  expect(fenFromYuan('0.1')).toBe(10)
})

it.each(['', '-1', '1.234', '1e3', ' 1', '1,00', '.5', '1.', 'NaN', '9999999999'])('refuses the amount %j', text =>
  expect(fenFromYuan(text)).toBeUndefined(),
)
