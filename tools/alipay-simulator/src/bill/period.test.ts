import { expect, it } from 'vitest'
import { fromBeijing } from '../beijing-time.ts'
import { billPeriod, refuseBill } from './period.ts'

const at = (text: string) => fromBeijing(text)!

it('reads days and months in Beijing time', () => {
  expect(billPeriod('2026-02-28')).toMatchObject({ from: at('2026-02-28 00:00:00'), to: at('2026-03-01 00:00:00') })
  expect(billPeriod('2026-02')).toMatchObject({ from: at('2026-02-01 00:00:00'), to: at('2026-03-01 00:00:00') })
  expect(billPeriod('2026-12')).toMatchObject({ to: at('2027-01-01 00:00:00'), readyAt: at('2027-01-03 09:00:00') })
})

it.each(['2026-02-30', '2026-13', '20260228', '2026', '', '2026-2-1', '2026-02-01 00:00:00'])(
  'refuses the date %j',
  text => expect(billPeriod(text)).toBeUndefined(),
)

it.each([
  ['2026-02-28', '2026-02-28 23:59:59', 'INVAILID_ARGUMENTS'],
  ['2026-02-28', '2026-03-01 08:59:59', 'BILL_NOT_EXIST'],
  ['2026-02-28', '2026-03-01 09:00:00', undefined],
  ['2026-03-05', '2026-03-01 09:00:00', 'INVAILID_ARGUMENTS'],
  ['2026-02', '2026-02-28 12:00:00', 'INVAILID_ARGUMENTS'],
  ['2026-02', '2026-03-02 12:00:00', 'BILL_NOT_EXIST'],
  ['2026-02', '2026-03-03 09:00:00', undefined],
])('answers for the bill of %s at %s: %s', (date, now, answer) =>
  expect(refuseBill(billPeriod(date)!, undefined, at(now))).toBe(answer),
)

it('prefers the control API to the clock', () => {
  const period = billPeriod('2026-02-28')!
  expect(refuseBill(period, true, period.from)).toBeUndefined()
  expect(refuseBill(period, false, period.readyAt)).toBe('BILL_NOT_EXIST')
})
