import { describe, expect, it } from 'vitest'
import { levelOf } from '../test-events.ts'
import { adjust, suppliedMax } from './adjust-stock.ts'

describe('adjustStock', () => {
  const level = levelOf('tea-01', 3, 2, 1)

  it.each([
    ['adds units', 10, { outcome: 'changed', level: levelOf('tea-01', 13, 2, 1) }],
    ['removes units down to the last available one', -3, { outcome: 'changed', level: levelOf('tea-01', 0, 2, 1) }],
    ['does not remove reserved or sold units', -4, { outcome: 'rejected', reason: 'insufficient_stock' }],
    ['ignores 0', 0, { outcome: 'ignored', reason: 'nothing_to_change' }],
    ['adds units up to the limit', suppliedMax - 6, { outcome: 'changed' }],
    ['refuses units above the limit', suppliedMax - 5, { outcome: 'rejected', reason: 'too_much_supplied' }],
  ])('%s', (_, delta, expected) => {
    expect(adjust(level, delta)).toMatchObject(expected)
  })
})
