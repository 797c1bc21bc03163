import { describe, expect, it } from 'vitest'
import * as contracts from './index.ts'

/** The patterns of all texts in a schema. */
function patternsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'pattern' in schema && typeof schema.pattern === 'string' ? [schema.pattern] : []
  return [...own, ...Object.values(schema).flatMap(patternsOf)]
}

const patterns = [...new Set(Object.values(contracts).flatMap(patternsOf))].map(pattern => ({ pattern }))
/** As many characters as a body may have. */
const length = 256 * 1024
/** Texts that a pattern may try to match in many ways before it fails. */
const longTexts = ['a', '0', ' ', 'a ', ' a', '-', 'a.', 'ord_0', '\n'].flatMap(part =>
  ['', '\u0001', '\u0000', '!'].map(end => part.repeat(length / part.length) + end),
)

describe('the patterns of texts', () => {
  it('are found', () => {
    expect(patterns.length).toBeGreaterThan(20)
  })

  // Linear time is below 10 ms. The quadratic time of one text would be minutes.
  it.each(patterns)('check a long text in linear time: $pattern', { timeout: 20_000 }, ({ pattern }) => {
    const expression = new RegExp(pattern, 'u')
    const results = longTexts.map(text => expression.test(text))
    expect(results).toHaveLength(longTexts.length)
  })
})

describe.each([
  ['one line', contracts.linePattern],
  ['several lines', contracts.linesPattern],
])('a text of %s', (_, pattern) => {
  const isText = (text: string) => new RegExp(pattern, 'u').test(text)

  it.each(['a', ' a', 'a ', ' 杭州 西湖 ', '\u00a0a', '😀'])('may be %j', text => {
    expect(isText(text)).toBe(true)
  })

  it.each(['', ' ', '\u00a0\u3000', 'a\u0000', '\u0000a', ' \u0000'])('may not be %j', text => {
    expect(isText(text)).toBe(false)
  })

  it.each(['a\nb', '\na', 'a\t'])(`${pattern === contracts.linesPattern ? 'may' : 'may not'} be %j`, text => {
    expect(isText(text)).toBe(pattern === contracts.linesPattern)
  })
})
