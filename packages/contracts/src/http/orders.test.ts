import { describe, expect, it } from 'vitest'
import { shopStatus } from './orders.ts'

describe('shopStatus', () => {
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
  ] as const)('maps %s to %s', (status, shop) => {
    expect(shopStatus(status)).toBe(shop)
  })
})
