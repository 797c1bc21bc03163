import { expect, test } from 'vitest'
import { judgeSoak, type Sample } from './judge.ts'

const files = (value: number): Sample[] => [{ what: 'files', of: 'gateway-1', value }]

test('what comes back to where it began is flat, however high it went', () => {
  const { flat, looks, courses } = judgeSoak([files(40), files(400), files(45)])
  expect({ flat, looks }).toEqual({ flat: true, looks: 3 })
  expect(courses).toEqual([{ what: 'files', of: 'gateway-1', first: 40, peak: 400, last: 45, limit: 80, flat: true }])
})

test('files and connections that are not closed are found', () => {
  expect(judgeSoak([files(40), files(81)]).flat).toBe(false)
  const connections = (value: number): Sample[] => [{ what: 'connections', of: 'PostgreSQL', value }]
  expect(judgeSoak([connections(30), connections(80)]).flat).toBe(true)
  expect(judgeSoak([connections(30), connections(81)]).flat).toBe(false)
})

test('one event that waits at the end is too many', () => {
  const outbox = (value: number): Sample[] => [{ what: 'outbox rows', of: 'all', value }]
  expect(judgeSoak([outbox(3), outbox(0)]).flat).toBe(true)
  expect(judgeSoak([outbox(0), outbox(1)]).flat).toBe(false)
})

test('memory may grow within bounds', () => {
  const memory = (value: number): Sample[] => [{ what: 'memory MiB', of: 'order-service-1', value }]
  expect(judgeSoak([memory(150), memory(300)]).flat).toBe(true)
  expect(judgeSoak([memory(150), memory(400)]).flat).toBe(false)
})

test('a process that was away in a look is judged by the others', () => {
  expect(judgeSoak([files(40), [], files(41)]).courses[0]).toMatchObject({ first: 40, last: 41 })
})
