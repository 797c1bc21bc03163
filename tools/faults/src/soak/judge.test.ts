import { expect, it } from 'vitest'
import { judgeSoak, type Sample } from './judge.ts'

const files = (value: number): Sample[] => [{ what: 'files', of: 'gateway-1', value }]

it('takes a value that returns to its beginning as flat, whatever its peak', () => {
  const { flat, looks, courses } = judgeSoak([files(40), files(400), files(45)])
  expect({ flat, looks }).toEqual({ flat: true, looks: 3 })
  expect(courses).toEqual([{ what: 'files', of: 'gateway-1', first: 40, peak: 400, last: 45, limit: 80, flat: true }])
})

it('finds files and connections that are not closed', () => {
  expect(judgeSoak([files(40), files(81)]).flat).toBe(false)
  const connections = (value: number): Sample[] => [{ what: 'connections', of: 'PostgreSQL', value }]
  expect(judgeSoak([connections(30), connections(80)]).flat).toBe(true)
  expect(judgeSoak([connections(30), connections(81)]).flat).toBe(false)
})

it('accepts no event that waits at the end', () => {
  const outbox = (value: number): Sample[] => [{ what: 'outbox rows', of: 'all', value }]
  expect(judgeSoak([outbox(3), outbox(0)]).flat).toBe(true)
  expect(judgeSoak([outbox(0), outbox(1)]).flat).toBe(false)
})

it('lets memory grow within bounds', () => {
  const memory = (value: number): Sample[] => [{ what: 'memory MiB', of: 'order-service-1', value }]
  expect(judgeSoak([memory(150), memory(300)]).flat).toBe(true)
  expect(judgeSoak([memory(150), memory(400)]).flat).toBe(false)
})

it('judges a process that was unavailable by its other samples', () => {
  expect(judgeSoak([files(40), [], files(41)]).courses[0]).toMatchObject({ first: 40, last: 41 })
})
