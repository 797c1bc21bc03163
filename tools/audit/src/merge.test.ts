import { describe, expect, it } from 'vitest'
import { mergeByKey } from './merge.ts'

async function* rows(...keys: string[]) {
  for (const key of keys) yield { key }
}

describe('joining sorted sources', () => {
  it('returns each key once, with every source that has it', async () => {
    const merged = await Array.fromAsync(mergeByKey({ a: rows('1', '3'), b: rows('2', '3', '4'), c: rows() }))
    expect(merged.map(({ key, ...known }) => [key, Object.keys(known)])).toEqual([
      ['1', ['a']],
      ['2', ['b']],
      ['3', ['a', 'b']],
      ['4', ['b']],
    ])
  })

  it('refuses a source that is out of order, whose rows would be taken for missing', async () => {
    const joining = Array.fromAsync(mergeByKey({ a: rows('1', '2'), b: rows('2', '1') }))
    await expect(joining).rejects.toThrow('b is not sorted: 1 comes after 2')
  })
})
