import { expect, it } from 'vitest'
import { seededRandom } from './random.ts'

const draw = (seed: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: 1_000 }, () => random.below(10))
}

it('gives the same numbers for the same seed, and different ones for another', () => {
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

it('draws every number about equally often', () => {
  const counts = Map.groupBy(draw(7), number => number)
  expect(counts.size).toBe(10)
  for (const { length } of counts.values()) expect(length).toBeGreaterThan(60)
})
