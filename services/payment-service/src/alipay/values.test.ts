import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beijingTime, parseBeijingTime } from './beijing-time.ts'
import { fenFromYuan, yuanFromFen } from './money.ts'

describe('money', () => {
  it('converts every amount of fen to yuan with two decimals and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), fen => {
        const yuan = yuanFromFen(fen)
        expect(yuan).toMatch(/^\d+\.\d{2}$/)
        expect(fenFromYuan(yuan)).toBe(fen)
      }),
    )
  })

  it.each([
    ['0.01', 1],
    ['1', 100],
    ['1.5', 150],
    ['100000000.00', 10_000_000_000],
  ])('reads %s yuan', (yuan, fen) => {
    expect(fenFromYuan(yuan)).toBe(fen)
  })

  it.each([
    '',
    ' 1.00',
    '1.00 ',
    '-1.00',
    '+1',
    '1e2',
    '1.005',
    '01.00',
    '1,000.00',
    '.5',
    '1.',
    'NaN',
    '１.00',
    '0x10',
  ])('does not read %j as an amount', text => {
    expect(fenFromYuan(text)).toBeUndefined()
  })

  it('reads only whole numbers of fen', () => {
    fc.assert(fc.property(fc.string(), text => Number.isSafeInteger(fenFromYuan(text) ?? 0)))
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses to write %s fen', fen => {
    expect(() => yuanFromFen(fen)).toThrow('not an amount')
  })
})

describe('Beijing time', () => {
  const zone = process.env.TZ
  it.each(['UTC', 'America/New_York', 'Asia/Shanghai', 'Pacific/Kiritimati'])(
    'does not depend on the time zone of the process: %s',
    tz => {
      process.env.TZ = tz
      expect(beijingTime(new Date('2026-03-08T18:30:59.999Z'))).toBe('2026-03-09 02:30:59')
      expect(parseBeijingTime('2026-03-09 02:30:59')).toEqual(new Date('2026-03-08T18:30:59.000Z'))
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    },
  )

  it('formats and parses every time, to the second', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), moment => {
        const whole = new Date(Math.floor(moment.getTime() / 1000) * 1000)
        expect(parseBeijingTime(beijingTime(moment))).toEqual(whole)
      }),
    )
  })

  it.each(['', '2026-02-30 00:00:00', '2026-01-01T00:00:00', '2026-01-01 24:00:00', 'undefined'])(
    'does not read %j as a time',
    text => {
      expect(parseBeijingTime(text)).toBeUndefined()
    },
  )
})
