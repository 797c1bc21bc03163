import fc from 'fast-check'
import { expect, it } from 'vitest'
import { childOf, flagsOf, isSampled, newTraceparent, validTraceparent } from './traceparent.ts'

const flags = fc.integer({ min: 0, max: 255 })
const contextWith = (byte: number) => newTraceparent(false).slice(0, -2) + byte.toString(16).padStart(2, '0')

it('begins traces with the random flag, and the sampled one where asked', () => {
  expect(flagsOf(newTraceparent(false))).toBe(2)
  expect(flagsOf(newTraceparent(true))).toBe(3)
  expect(validTraceparent(newTraceparent(true))).toBeDefined()
})

it('makes the right-most 7 bytes of a trace id of random bits', () => {
  const ids = Array.from({ length: 200 }, () => newTraceparent(false).slice(3, 35))
  for (let digit = 18; digit < 32; digit++) {
    for (const bit of [1, 2, 4, 8]) {
      // Of 200 random bits none is always the same, but in one of 2^199 runs.
      expect(new Set(ids.map(id => Number.parseInt(id[digit] as string, 16) & bit)).size).toBe(2)
    }
  }
})

it('takes a context as recorded where both flags are set, whatever the reserved ones are, and keeps them', () => {
  fc.assert(
    fc.property(flags, byte => {
      const context = contextWith(byte)
      expect(isSampled(context)).toBe((byte & 3) === 3)
      expect(flagsOf(context)).toBe(byte & 3)
      expect(childOf(context).slice(-2)).toBe(context.slice(-2))
    }),
    { numRuns: 500 },
  )
})

it.each([undefined, '', '3', `${newTraceparent(true)}3`])('takes %s as not recorded', text => {
  expect(isSampled(text)).toBe(false)
})
