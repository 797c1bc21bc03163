import { expect, it } from 'vitest'
import { shared } from './today.ts'

function counter(takesMs: number) {
  let clock = 0
  let counted = 0
  const count = shared(
    async () => {
      counted += 1
      clock += takesMs
      return counted
    },
    () => clock,
  )
  const pass = (ms: number) => {
    clock += ms
  }
  return { count, pass }
}

it('counts once for all who ask within 15 s', async () => {
  const { count, pass } = counter(1)
  expect(await Promise.all([count(), count()])).toEqual([1, 1])
  pass(14_999)
  expect(await count()).toBe(1)
  pass(1)
  expect(await count()).toBe(2)
})

it('counts less often where counting takes long', async () => {
  const { count, pass } = counter(1_000)
  await count()
  pass(199_999)
  expect(await count()).toBe(1)
  pass(1)
  expect(await count()).toBe(2)
})

it('counts again after a failure', async () => {
  let fails = true
  const count = shared(async () => {
    if (fails) throw new Error('away')
    return 1
  })
  await expect(count()).rejects.toThrow('away')
  fails = false
  expect(await count()).toBe(1)
})
