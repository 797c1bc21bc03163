import { expect, it } from 'vitest'
import { closedLoop } from './closed-loop.ts'

it('does everything once, so many at a time, and keeps the reasons of failures', async () => {
  const seen: number[] = []
  let running = 0
  let most = 0
  const result = await closedLoop({ count: 10, concurrency: 3 }, async index => {
    running++
    most = Math.max(most, running)
    await new Promise(resolve => setImmediate(resolve))
    running--
    seen.push(index)
    if (index === 4) throw new Error('not this one')
  })
  expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(most).toBe(3)
  expect(result).toMatchObject({ done: 9, failures: ['not this one'] })
})
