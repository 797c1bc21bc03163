import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { describeFault, families } from './fault.ts'
import { drawSchedule, type ScheduleOptions } from './schedule.ts'

const base: ScheduleOptions = { seed: 1, seconds: 120, brokers: 1 }
const seeds = Array.from({ length: 200 }, (_, index) => index)
const familiesOf = (options: ScheduleOptions) => new Set(drawSchedule(options).map(({ fault }) => fault.family))

it('gives the same schedule for the same seed and time, and another for another seed', () => {
  expect(drawSchedule(base)).toEqual(drawSchedule(base))
  const drawn = seeds.map(seed => JSON.stringify(drawSchedule({ ...base, seed })))
  expect(new Set(drawn).size).toBe(seeds.length)
})

const digest = (schedule: unknown) => createHash('sha256').update(JSON.stringify(schedule)).digest('hex')

it('still gives seed 7 the schedule that it has always had', () => {
  const schedule = drawSchedule({ ...base, seed: 7 })
  expect(digest(schedule)).toBe('5d4c9a678efd3cf4387d9fa45a0549ea272f6181b6feb71615b99d2c215fc287')
  // Faults of the warehouse were added beside the others.
  expect(digest(schedule.filter(({ lane }) => lane !== 'warehouse'))).toBe(
    'f8ac8b84df24c0fbc230034bc08e3506ffb9ffb29c49dd2a9add59b171667cca',
  )
})

it('has every kind of fault in two minutes, for any seed', () => {
  for (const brokers of [1, 3] as const) {
    const absent = brokers === 3 ? 'kafka' : 'brokers'
    const expected = new Set(families.filter(family => family !== absent))
    for (const seed of seeds) expect(familiesOf({ ...base, seed, brokers })).toEqual(expected)
  }
})

it('has fewer kinds in a short run, different ones for different seeds', () => {
  const short = seeds.map(seed => familiesOf({ ...base, seed, seconds: 20 }))
  for (const kinds of short) {
    expect(kinds.size).toBeGreaterThan(1)
    expect(kinds.size).toBeLessThan(families.length)
  }
  const together = new Set(short.flatMap(kinds => [...kinds]))
  expect(together.size).toBeGreaterThan(8)
})

it('places the faults of a lane one after the other, within the time', () => {
  for (const seed of seeds) {
    const schedule = drawSchedule({ ...base, seed })
    expect(schedule.map(({ atMs }) => atMs)).toEqual(schedule.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
    for (const { atMs } of schedule) {
      expect(atMs).toBeGreaterThanOrEqual(2_000)
      expect(atMs).toBeLessThan(120_000 - 3_000)
    }
    for (const lane of ['processes', 'servers', 'surroundings']) {
      const starts = schedule.filter(one => one.lane === lane).map(({ atMs }) => atMs)
      for (const [index, atMs] of starts.entries()) {
        if (index > 0) expect(atMs).toBeGreaterThan(starts[index - 1] as number)
      }
    }
  }
})

it('draws only the chosen families, repeatedly', () => {
  const schedule = drawSchedule({ ...base, only: ['network'] })
  expect(new Set(schedule.map(({ fault }) => fault.family))).toEqual(new Set(['network']))
  expect(schedule.length).toBeGreaterThan(5)
})

it('freezes processes for longer than Kafka’s session time', () => {
  const frozen = seeds.flatMap(seed => drawSchedule({ ...base, seed })).filter(({ fault }) => fault.family === 'freeze')
  expect(frozen.length).toBeGreaterThanOrEqual(seeds.length)
  for (const { fault } of frozen) expect(fault).toMatchObject({ forMs: expect.toSatisfy((ms: number) => ms > 10_000) })
})

it('disables a publishing replica for longer than another waits, in each way, while no server is down', () => {
  const ways = new Set<string>()
  for (const seed of seeds) {
    const servers = drawSchedule({ ...base, seed }).filter(({ lane }) => lane === 'servers')
    for (const [index, { fault, atMs }] of servers.entries()) {
      if (fault.family !== 'leader') continue
      ways.add(`${fault.how} ${fault.service}`)
      expect(fault.forMs).toBeGreaterThan(30_000)
      expect(servers[index + 1]?.atMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(atMs + fault.forMs)
    }
  }
  expect(ways.size).toBe(9)
})

it('sets clocks wrong by 90 s and by more than an order’s time, in both directions, in every run', () => {
  const offsets = new Set<number>()
  for (const seed of seeds) {
    const off = drawSchedule({ ...base, seed }).flatMap(({ fault }) => (fault.family === 'clock' ? fault.offsetMs : []))
    expect(new Set(off.map(Math.abs))).toEqual(new Set([90_000, 31 * 60_000]))
    for (const offset of off) offsets.add(offset)
  }
  expect(offsets.size).toBe(4)
})

it('kills the warehouse in every run, and freezes and stops it in most', () => {
  const of = (seed: number) =>
    new Set(drawSchedule({ ...base, seed }).flatMap(({ fault }) => (fault.family === 'warehouse' ? fault.how : [])))
  const all = seeds.map(of)
  expect(all.filter(how => how.has('kill')).length).toBeGreaterThan(195)
  expect(all.filter(how => how.has('freeze') && how.has('stop')).length).toBeGreaterThan(100)
  expect(drawSchedule({ ...base, seconds: 10, only: ['warehouse'] })).toHaveLength(1)
})

it('never crashes the same broker twice in turn', () => {
  for (const { fault } of seeds.flatMap(seed => drawSchedule({ ...base, seed, brokers: 3 }))) {
    if (fault.family === 'brokers') expect(fault.first).not.toBe(fault.second)
  }
})

it('describes every fault differently', () => {
  const texts = seeds.flatMap(seed => drawSchedule({ ...base, seed })).map(({ fault }) => describeFault(fault))
  for (const text of texts) expect(text).not.toMatch(/undefined|NaN/)
  expect(new Set(texts).size).toBeGreaterThan(100)
})
