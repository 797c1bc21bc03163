import { describe, expect, it } from 'vitest'
import { levelOf } from '../test-events.ts'
import { adjust, suppliedMax } from './adjust-stock.ts'

describe('adjusting', () => {
  const level = levelOf('tea-01', 3, 2, 1)

  it.each([
    ['lets units in', 10, { outcome: 'changed', level: levelOf('tea-01', 13, 2, 1) }],
    [
      'lets units out down to the last that is available',
      -3,
      { outcome: 'changed', level: levelOf('tea-01', 0, 2, 1) },
    ],
    ['keeps what is reserved or sold', -4, { outcome: 'rejected', reason: 'insufficient_stock' }],
    ['has nothing to do for 0', 0, { outcome: 'ignored', reason: 'nothing_to_change' }],
    ['fills up to the most there may be', suppliedMax - 6, { outcome: 'changed' }],
    ['refuses more than can be counted', suppliedMax - 5, { outcome: 'rejected', reason: 'too_much_supplied' }],
  ])('%s', (_, delta, expected) => {
    expect(adjust(level, delta)).toMatchObject(expected)
  })
})
