import { expect, test } from 'vitest'
import { createFurtherFields, FURTHER_FIELDS } from './further-fields.ts'

const drawn = (seed: number) => Array.from({ length: 1_000 }, createFurtherFields(seed))

test('the seed decides which fields come with which notify', () => {
  expect(drawn(7)).toEqual(drawn(7))
  expect(drawn(7)).not.toEqual(drawn(8))
})

test('every field comes at times, and about half of the notifies have none', () => {
  const notifies = drawn(1)
  expect(new Set(notifies.flatMap(Object.keys))).toEqual(new Set(Object.keys(FURTHER_FIELDS)))
  expect(notifies.filter(fields => Object.keys(fields).length === 0).length).toBeGreaterThan(300)
})
