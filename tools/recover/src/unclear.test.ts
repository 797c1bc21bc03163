import { expect, it } from 'vitest'
import { noteUnclear } from './unclear.ts'

it('keeps an attempt without a clear answer until a query about it has one', () => {
  const all = new Set<string>()
  noteUnclear(all, { queried: ['a', 'b'], unclear: ['a'] })
  // A round about other orders.
  noteUnclear(all, { queried: ['b', 'c'], unclear: ['c'] })
  expect([...all]).toEqual(['a', 'c'])
  noteUnclear(all, { queried: ['a', 'c'], unclear: ['c'] })
  expect([...all]).toEqual(['c'])
})
