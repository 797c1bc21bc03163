import { expect, it } from 'vitest'
import { waitUntil } from './wait-until.ts'

it('returns the first truthy result, and takes a throw for "not yet"', async () => {
  const results = [undefined, new Error('not yet'), 0, 7]
  const check = async () => {
    const result = results.shift()
    if (result instanceof Error) throw result
    return result
  }
  expect(await waitUntil(check, { timeoutMs: 5000, everyMs: 1 })).toBe(7)
})

it('names the condition and the last result when time is up', async () => {
  const options = { what: 'the order is PAID', timeoutMs: 20, everyMs: 1 }
  await expect(waitUntil(() => false, options)).rejects.toThrow(
    'Waited 0.02 s until the order is PAID: the last result was false',
  )
})

it('names the last error when time is up', async () => {
  const check = async () => {
    throw new Error('connection refused')
  }
  await expect(waitUntil(check, { timeoutMs: 20, everyMs: 1 })).rejects.toThrow('until it is ready: connection refused')
})

it('ends at once when what it waits for has ended', async () => {
  const ended = Promise.reject(new Error('Kafka ended'))
  ended.catch(() => {})
  await expect(waitUntil(async () => undefined, { timeoutMs: 60_000, unless: ended })).rejects.toThrow('Kafka ended')
})
