import { expect, test } from 'vitest'
import { waitUntil } from './wait-until.ts'

test('gives back the first answer that is not undefined, and takes a throw for "not yet"', async () => {
  const answers = [undefined, new Error('not yet'), 7]
  const check = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  expect(await waitUntil(check, { timeoutMs: 5000, everyMs: 1 })).toBe(7)
})

test('names the last reason when time is up', async () => {
  const check = async () => {
    throw new Error('connection refused')
  }
  await expect(waitUntil(check, { timeoutMs: 20, everyMs: 1 })).rejects.toThrow('connection refused')
})

test('ends at once when what it waits for has died', async () => {
  const died = Promise.reject(new Error('Kafka ended'))
  died.catch(() => {})
  await expect(waitUntil(async () => undefined, { timeoutMs: 60_000, unless: died })).rejects.toThrow('Kafka ended')
})
