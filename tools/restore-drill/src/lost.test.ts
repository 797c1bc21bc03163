import { expect, it } from 'vitest'
import { compareInventories, type Inventory } from './lost.ts'

const empty = (): Inventory => ({
  ...{ orders: new Map(), payments: new Map(), attempts: new Map(), refunds: new Map() },
  ...{ reservations: new Map(), notifies: new Map(), keys: new Map() },
})

it('counts rows that are gone and rows that are in an earlier state', () => {
  const before = { ...empty(), orders: new Map([...'abc'].map(key => [key, 'PAID0'])) }
  const after = {
    ...empty(),
    orders: new Map([
      ['a', 'PAID0'],
      ['b', 'PENDING_PAYMENT0'],
    ]),
  }
  const losses = compareInventories(before, after)
  expect(losses.orders).toEqual({ rows: 1, setBack: 1 })
  expect(losses.refunds).toEqual({ rows: 0, setBack: 0 })
})
