import { expect, it } from 'vitest'
import { firstOrderIdAt, lostTimeOf, payableOrders } from './lost-time.ts'

const at = (time: string) => new Date(`2026-11-28T${time}Z`)
const now = at('12:00:00')
const moment = (restoredTo: string | null, startedAt: string) => ({
  restoredTo: restoredTo === null ? null : at(restoredTo),
  startedAt: at(startedAt),
})

it('lasts from the oldest moment of a restore until the last server started', () => {
  const moments = [moment('10:00:05', '10:30:00'), moment('10:00:00', '10:31:00'), moment(null, '09:00:00')]
  expect(lostTimeOf({}, moments, now)).toEqual({ since: at('10:00:00'), until: at('10:31:00') })
})

it('lasts until now where the server is older than the loss, as after a failover', () => {
  expect(lostTimeOf({}, [moment('10:00:00', '08:00:00')], now)).toEqual({ since: at('10:00:00'), until: now })
})

it('is not known where no database knows a moment, unless it is given', () => {
  const moments = [moment(null, '11:00:00')]
  expect(lostTimeOf({}, moments, now)).toBeUndefined()
  expect(lostTimeOf({ since: at('10:00:00') }, moments, now)).toEqual({ since: at('10:00:00'), until: at('11:00:00') })
  const given = { since: at('10:00:00'), until: at('10:30:00') }
  expect(lostTimeOf(given, moments, now)).toEqual(given)
})

it('bounds orders by the time in their ids', () => {
  expect(firstOrderIdAt(new Date(0x0192f3a4b5c6))).toBe(`ord_0192f3a4b5c6${'0'.repeat(20)}`)
})

it('takes orders of the lost time and those before that could still be paid, also where a clock differs by ten minutes', () => {
  const range = payableOrders({ since: at('10:00:00'), until: at('11:00:00') }, 30 * 60_000)
  // 31 minutes for the link, and ten for the clocks.
  expect(range).toEqual({ from: firstOrderIdAt(at('09:19:00')), to: firstOrderIdAt(at('11:10:00')) })
})
