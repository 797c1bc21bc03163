import { expect, it } from 'vitest'
import { readPrivacyArguments } from './privacy-arguments.ts'

it('exports to standard output or a file, and erases with --yes', () => {
  const common = { customerId: 'mei', as: 'console', json: false }
  expect(readPrivacyArguments(['export', '--customer', 'mei'])).toEqual({ ...common, action: 'export', out: undefined })
  expect(readPrivacyArguments(['export', '--customer', 'mei', '--out', 'f'])).toMatchObject({ out: 'f' })
  expect(readPrivacyArguments(['erase', '--customer', 'mei', '--yes', '--as', 'li', '--json'])).toEqual({
    ...common,
    action: 'erase',
    as: 'li',
    json: true,
  })
})

it('shows the usage without an action', () => {
  expect(readPrivacyArguments([])).toBeUndefined()
  expect(readPrivacyArguments(['erase', '--help'])).toBeUndefined()
})

it.each([
  [['purge', '--customer', 'c'], 'purge is none'],
  [['export'], '--customer'],
  [['export', 'c', '--customer', 'c'], 'remove c'],
  [['erase', '--customer', 'c'], '--yes'],
  [['erase', '--customer', 'c', '--yes', '--out', 'f'], '--out belongs to export'],
  [['erase', '--customer', 'c', '--force'], '--force'],
])('does not guess what %j means', (args, message) => {
  expect(() => readPrivacyArguments(args)).toThrow(message)
})
