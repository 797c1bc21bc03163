import { expect, it } from 'vitest'
import { createFaultSwitches, noFaults, type RandomFaults } from './faults.ts'

const QUERY = 'alipay.trade.query'

function drawn(random: RandomFaults, count: number): (string | undefined)[] {
  const switches = createFaultSwitches()
  switches.set({ ...noFaults, random })
  return Array.from({ length: count }, () => switches.forCall(QUERY, false).gateway)
}

it('draws random faults at their rates, and the same ones for the same seed', () => {
  const rates = { gateway: { down: 0.1, hang: 0.2 } }
  const faults = drawn({ seed: 7, rates }, 20_000)
  const share = (fault: string | undefined) => faults.filter(one => one === fault).length / faults.length
  expect(share('down')).toBeCloseTo(0.1, 1)
  expect(share('hang')).toBeCloseTo(0.2, 1)
  expect(share(undefined)).toBeCloseTo(0.7, 1)
  expect(drawn({ seed: 7, rates }, 100)).toEqual(faults.slice(0, 100))
  expect(drawn({ seed: 8, rates }, 100)).not.toEqual(faults.slice(0, 100))
})

it('draws no random fault for pages, and has separate rates for notifies and refunds', () => {
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

it('limits a fault to methods and to a number of calls', () => {
  const switches = createFaultSwitches()
  switches.set({ ...noFaults, gateway: 'hang', methods: [QUERY], gatewayTimes: 1, notify: 'drop', notifyTimes: 2 })
  expect(switches.forCall('alipay.trade.close', false).gateway).toBeUndefined()
  expect(switches.forCall(QUERY, false).gateway).toBe('hang')
  expect(switches.forCall(QUERY, false).gateway).toBeUndefined()
  expect([1, 2, 3].map(() => switches.forDelivery().notify)).toEqual(['drop', 'drop', undefined])
})
