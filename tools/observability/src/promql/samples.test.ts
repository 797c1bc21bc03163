import { expect, it } from 'vitest'
import { raisedBy } from './evaluate.ts'
import { parseMetrics, SampleStore } from './samples.ts'

const target = { job: 'order-service', instance: 'a' }
const valuesAt = (store: SampleStore, expr: string, atS: number) => raisedBy(expr, { store, atS }).map(one => one.value)

it('reads Prometheus’ text format', () => {
  const text = [
    '# HELP x Help',
    '# TYPE x counter',
    'x_total 3',
    'x{a="1",b="two \\"words\\", \\\\ and\\na line"} -0.5',
    'h_bucket{le="+Inf"} 7',
    'n NaN',
    '',
  ].join('\n')
  expect(parseMetrics(text)).toEqual([
    { name: 'x_total', labels: {}, value: 3 },
    { name: 'x', labels: { a: '1', b: 'two "words", \\ and\na line' }, value: -0.5 },
    { name: 'h_bucket', labels: { le: '+Inf' }, value: 7 },
    { name: 'n', labels: {}, value: Number.NaN },
  ])
})

it('ends the series of a target that is not scraped, and says so by up', () => {
  const store = new SampleStore()
  store.add(target, 100, [{ name: 'lag', labels: {}, value: 4 }])
  store.add(target, 110, undefined)
  expect([valuesAt(store, 'lag', 105), valuesAt(store, 'up', 105)]).toEqual([[4], [1]])
  expect([valuesAt(store, 'lag', 110), valuesAt(store, 'up', 110)]).toEqual([[], [0]])
  expect(valuesAt(store, 'up == 1 unless on (job, instance) lag', 110)).toEqual([])
})

it('ends a series that its target no longer serves', () => {
  const store = new SampleStore()
  store.add(target, 100, [{ name: 'lag', labels: {}, value: 4 }])
  store.add(target, 110, [])
  expect(valuesAt(store, 'lag', 110)).toEqual([])
  expect(valuesAt(store, 'up == 1 unless on (job, instance) lag', 110)).toEqual([1])
})

it('finds no value that is older than five minutes', () => {
  const store = new SampleStore()
  store.add(target, 100, [{ name: 'lag', labels: {}, value: 4 }])
  expect([valuesAt(store, 'lag', 399), valuesAt(store, 'lag', 400)]).toEqual([[4], []])
})

it('drops old samples, and keeps the last one of each series', () => {
  const store = new SampleStore()
  for (const atS of [100, 110, 120]) store.add(target, atS, [{ name: 'c_total', labels: {}, value: atS }])
  store.forgetBefore(115)
  expect(valuesAt(store, 'c_total', 120)).toEqual([120])
  expect(valuesAt(store, 'increase(c_total[60s])', 120)).toEqual([])
})
