import { expect, it } from 'vitest'
import { waitUntil } from './wait-until.ts'

it('gives back what the check saw once it is there', async () => {
  let looks = 0
  const value = await waitUntil(() => (++looks < 3 ? undefined : looks), { what: 'there were three looks', everyMs: 1 })
  expect(value).toBe(3)
})

it('takes a check that throws as not yet', async () => {
  let looks = 0
  const check = async () => {
    if (++looks < 2) throw new Error('nobody answers')
    return 'an answer'
  }
  expect(await waitUntil(check, { what: 'somebody answers', everyMs: 1 })).toBe('an answer')
})

it('says what it waited for and what it saw last', async () => {
  const options = { what: 'the order is PAID', timeoutMs: 20, everyMs: 5 }
  await expect(waitUntil(() => false, options)).rejects.toThrow(
    'Waited 20 ms until the order is PAID, but the last look gave false',
  )
  const failing = () => Promise.reject(new Error('connect ECONNREFUSED'))
  await expect(waitUntil(failing, options)).rejects.toThrow('but the last look failed: connect ECONNREFUSED')
})
