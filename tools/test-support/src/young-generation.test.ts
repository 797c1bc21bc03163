import { expect, test } from 'vitest'
import { isInYoungGeneration } from './young-generation.ts'

test('a function is made in the old generation where it is assigned to a property, and in the young one elsewhere', () => {
  const holder: { done?: () => number } = {}
  const captured = [1]
  holder.done = () => captured.length
  expect(isInYoungGeneration(holder.done)).toBe(false)
  const done = () => captured.length
  holder.done = done
  expect(isInYoungGeneration(holder.done)).toBe(true)
})
