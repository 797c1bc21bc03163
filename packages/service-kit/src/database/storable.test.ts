import { describe, expect, it } from 'vitest'
import { findUnstorable, isStorable, storableJson, storableText } from './storable.ts'

describe('storableText', () => {
  it.each([
    ['plain text', 'tea 茶 🍵', 'tea 茶 🍵'],
    ['U+0000', 'a\0b', 'a␀b'],
    ['the first half of a pair', 'a\ud83c', 'a�'],
    ['the second half of a pair', '\udf75b', '�b'],
    ['halves in the wrong order', '\udf75\ud83c', '��'],
  ])('%s', (_name, given, stored) => {
    expect(storableText(given)).toBe(stored)
    expect(isStorable(stored)).toBe(true)
  })
})

describe('storableJson replaces the same in every string and key, and leaves the rest as it is', () => {
  const pieces = ['\0', '\ud83c', '\udf75', '🍵', '\\', '\\u0000', '\\ud83c', '"', '\n', 'u0000', 'ud800']
  const texts = pieces.flatMap(one => pieces.flatMap(two => pieces.map(three => one + two + three)))

  it('in values', () => {
    const stored = JSON.parse(storableJson(JSON.stringify(texts)))
    // Halves that stand together form one character.
    expect(stored).toEqual(texts.map(storableText))
  })

  it('in keys', () => {
    expect(storableJson(JSON.stringify({ 'a\0': { '\ud800': 1 } }))).toBe('{"a␀":{"�":1}}')
  })
})

it.each([
  [{ items: [{ sku: 'a' }, { sku: 'b\0' }] }, 'items.1.sku'],
  [{ reason: '\ud800' }, 'reason'],
  [{ nested: { 'x\0': 1 } }, 'nested.x␀'],
  [{ reason: 'fine', n: 1, none: null }, undefined],
])('findUnstorable names the field: %j', (value, path) => {
  expect(findUnstorable(value)).toBe(path)
})

it('findUnstorable searches values that are nested deeper than the stack allows', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}"a"${']'.repeat(100_000)}`)
  expect(findUnstorable(deep)).toBeUndefined()
})
