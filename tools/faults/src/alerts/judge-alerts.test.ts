import { alerts } from '@alipay-checkout/observability'
import { expect, it } from 'vitest'
import { alipayDisturbances, type Fault, families } from '../fault.ts'
import type { FaultResult } from '../faults/run-schedule.ts'
import { drawSchedule } from '../schedule.ts'
import { expectedAlerts } from './expected-alerts.ts'
import { alertsPassed, judgeAlerts } from './judge-alerts.ts'

const faultAt = (fault: Fault, atS: number, backAtS: number): FaultResult => ({
  family: fault.family,
  fault,
  what: fault.family,
  plannedAtS: atS,
  atS,
  backAtS,
  outcome: 'done',
})
const redis = (atS: number, backAtS: number) => faultAt({ family: 'redis', downMs: 1, wiped: false }, atS, backAtS)
const judge = (faults: FaultResult[], raised: [string, number][], quiet = false) =>
  judgeAlerts(faults, { raised: raised.map(([alert, atS]) => ({ alert, atS })), evaluations: 9, quiet })

it('finds the alert of a fault from its beginning until soon after its end', () => {
  const resultOf = (atS: number) => judge([redis(10, 14)], [['RedisUnavailable', atS]]).faults[0]?.result
  expect([9.9, 10, 14, 29, 29.1].map(resultOf)).toEqual(['missing', 'raised', 'raised', 'raised', 'missing'])
})

it('misses an alert that another one does not replace, unless the fault was too short to be seen', () => {
  const others: [string, number][] = [['ProcessDown', 11]]
  expect(judge([redis(10, 14)], others).faults).toMatchObject([{ result: 'missing', alerts: ['RedisUnavailable'] }])
  expect(judge([redis(10, 11)], others).faults).toMatchObject([{ result: 'too short' }])
  expect(alertsPassed(judge([redis(10, 14)], others))).toBe(false)
  expect(alertsPassed(judge([redis(10, 11)], others))).toBe(true)
})

it('ignores faults that did not happen', () => {
  expect(judge([{ ...redis(10, 14), outcome: 'skipped' }], []).faults).toEqual([])
})

it('fails a run without faults that raises an alert', () => {
  expect(
    judge(
      [],
      [
        ['OpenCases', 3],
        ['OpenCases', 4],
      ],
      true,
    ).raisedQuietly,
  ).toEqual(['OpenCases'])
  expect(alertsPassed(judge([], [['OpenCases', 3]], true))).toBe(false)
  expect(alertsPassed(judge([], [['OpenCases', 3]]))).toBe(true)
})

const drawnFaults = Array.from({ length: 60 }, (_, seed) =>
  drawSchedule({ seed, seconds: 240, brokers: seed % 2 === 0 ? 1 : 3 }).map(({ fault }) => fault),
).flat()

it('draws every kind of fault that has alerts long enough for them to be seen', () => {
  // PostgreSQL and Kafka are away until they have started again, which adds seconds to what is drawn.
  const timed = drawnFaults.filter(({ family }) => family !== 'postgres' && family !== 'kafka')
  const kinds = Map.groupBy(timed, fault => {
    if (fault.family === 'network') return `${fault.to} ${fault.how}`
    return fault.family === 'alipay' ? fault.trouble : fault.family
  })
  for (const [kind, faults] of kinds) {
    const isLongEnough = (fault: Fault) => {
      const expected = expectedAlerts(fault)
      const ms = 'forMs' in fault ? fault.forMs : 'downMs' in fault ? fault.downMs : 0
      return 'none' in expected || ms >= expected.fromS * 1_000
    }
    expect(faults.filter(isLongEnough).length, kind).toBeGreaterThan(0)
  }
  const toKafka = timed.filter(fault => fault.family === 'network' && fault.to === 'kafka' && fault.how === 'stall')
  expect(toKafka.length).toBeGreaterThan(0)
  for (const fault of toKafka) expect(fault).toMatchObject({ forMs: expect.toSatisfy((ms: number) => ms > 8_000) })
})

it('knows for every fault that a schedule draws which alerts it raises, or why none', () => {
  const faults = drawnFaults
  expect(new Set(faults.map(({ family }) => family))).toEqual(new Set(families))
  const troubles = faults.flatMap(fault => (fault.family === 'alipay' ? [fault.trouble] : []))
  expect(new Set(troubles)).toEqual(new Set(alipayDisturbances))
  const names = new Set(alerts.map(({ name }) => name))
  for (const fault of faults) {
    const expected = expectedAlerts(fault)
    if ('none' in expected) expect(expected.none.length).toBeGreaterThan(20)
    else expect(expected.anyOf.filter(alert => !names.has(alert))).toEqual([])
  }
})
