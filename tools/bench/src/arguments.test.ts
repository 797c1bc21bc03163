import { expect, it } from 'vitest'
import { readArguments, scenarioNames } from './arguments.ts'

it('measures whole checkouts by default', () => {
  expect(readArguments([])).toMatchObject({ names: ['checkout'], json: false, isQuick: false, sizes: { rounds: 3 } })
})

it('takes several scenarios, each once, or all of them', () => {
  expect(readArguments(['--scenario', 'single, push,single']).names).toEqual(['single', 'push'])
  expect(readArguments(['--scenario', 'all']).names).toEqual(scenarioNames)
})

it('measures less with --quick, in as many rounds as requested', () => {
  const quick = readArguments(['--quick', '--rounds', '5'])
  expect(quick.sizes.orders).toBeLessThan(readArguments([]).sizes.orders)
  expect(quick.sizes.rounds).toBe(5)
})

it.each([
  [['--rounds', '0'], '--rounds takes a whole number from 1 on'],
  [['--rounds', '1.5'], '--rounds takes a whole number from 1 on'],
  [['--scenario', 'sleep'], 'unknown scenario sleep'],
  [['--fast'], '--fast'],
])('refuses %j and names what is wrong', (args, message) => {
  expect(() => readArguments(args)).toThrow(message)
})
