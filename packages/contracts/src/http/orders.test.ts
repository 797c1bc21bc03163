import { describe, expect, it } from 'vitest'
import { shopStatus } from './orders.ts'

describe('what a shop front is told of a state', () => {
  it.each([
    ['RESERVING', 'PENDING'],
    ['PENDING_PAYMENT', 'PENDING'],
    ['CLOSING', 'PENDING'],
    ['PAID', 'PAID'],
    ['EXPIRED', 'FAILED'],
    ['CANCELLED', 'FAILED'],
    ['REJECTED', 'FAILED'],
    ['REINSTATING', 'PENDING'],
    ['REFUNDED', 'FAILED'],
  ] as const)('%s is %s', (status, shop) => {
    expect(shopStatus(status)).toBe(shop)
  })
})
