import { expect, test } from 'vitest'
import { createFaultSwitches, noFaults, type RandomFaults } from './faults.ts'

const QUERY = 'alipay.trade.query'

function drawn(random: RandomFaults, count: number): (string | undefined)[] {
  const switches = createFaultSwitches()
  switches.set({ ...noFaults, random })
  return Array.from({ length: count }, () => switches.forCall(QUERY, false).gateway)
}

test('random faults come at their rates, and the same seed brings the same ones', () => {
  const rates = { gateway: { down: 0.1, hang: 0.2 } }
  const faults = drawn({ seed: 7, rates }, 20_000)
  const share = (fault: string | undefined) => faults.filter(one => one === fault).length / faults.length
  expect(share('down')).toBeCloseTo(0.1, 1)
  expect(share('hang')).toBeCloseTo(0.2, 1)
  expect(share(undefined)).toBeCloseTo(0.7, 1)
  expect(drawn({ seed: 7, rates }, 100)).toEqual(faults.slice(0, 100))
  expect(drawn({ seed: 8, rates }, 100)).not.toEqual(faults.slice(0, 100))
})

test('random faults leave pages alone; notifies and refunds have rates of their own', () => {
  const switches = createFaultSwitches()
  switches.set({
    ...noFaults,
    random: { seed: 1, rates: { gateway: { down: 1 }, notify: { amount: 1 }, refund: { unclear: 1 } } },
  })
  expect(switches.forCall('alipay.trade.page.pay', true).gateway).toBeUndefined()
  expect(switches.forCall(QUERY, false)).toMatchObject({ gateway: 'down', refund: 'unclear' })
  expect(switches.forDelivery().notify).toBe('amount')
  switches.clear()
  expect(switches.forCall(QUERY, false).gateway).toBeUndefined()
})

test('a switch can be for some methods, and for so many times', () => {
  const switches = createFaultSwitches()
  switches.set({ ...noFaults, gateway: 'hang', methods: [QUERY], gatewayTimes: 1, notify: 'drop', notifyTimes: 2 })
  expect(switches.forCall('alipay.trade.close', false).gateway).toBeUndefined()
  expect(switches.forCall(QUERY, false).gateway).toBe('hang')
  expect(switches.forCall(QUERY, false).gateway).toBeUndefined()
  expect([1, 2, 3].map(() => switches.forDelivery().notify)).toEqual(['drop', 'drop', undefined])
})
