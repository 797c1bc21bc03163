import { expect, it } from 'vitest'
import { depthsOf } from './trace-depths.ts'

it('counts how deep a span is, also where a parent was not recorded or spans name each other', () => {
  const spans = [
    { spanId: 'a' },
    { spanId: 'b', parentSpanId: 'a' },
    { spanId: 'c', parentSpanId: 'b' },
    { spanId: 'lost', parentSpanId: 'not there' },
    { spanId: 'x', parentSpanId: 'y' },
    { spanId: 'y', parentSpanId: 'x' },
  ]
  expect(spans.map(depthsOf(spans))).toEqual([0, 1, 2, 0, 8, 8])
})
