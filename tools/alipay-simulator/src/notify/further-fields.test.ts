import { expect, it } from 'vitest'
import { createFurtherFields, FURTHER_FIELDS } from './further-fields.ts'

const drawn = (seed: number) => Array.from({ length: 1_000 }, createFurtherFields(seed))

it('chooses the additional fields of each notify by the seed', () => {
  expect(drawn(7)).toEqual(drawn(7))
  expect(drawn(7)).not.toEqual(drawn(8))
})

it('uses every additional field, and none in about half of the notifies', () => {
  const notifies = drawn(1)
  expect(new Set(notifies.flatMap(Object.keys))).toEqual(new Set(Object.keys(FURTHER_FIELDS)))
  expect(notifies.filter(fields => Object.keys(fields).length === 0).length).toBeGreaterThan(300)
})
