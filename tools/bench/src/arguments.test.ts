import { expect, it } from 'vitest'
import { readArguments } from './arguments.ts'
import { scenarioNames } from './scenarios/names.ts'

it('measures whole checkouts where nothing is said', () => {
  expect(readArguments([])).toMatchObject({ scenarios: ['checkout'], json: false, quick: false, rounds: 3 })
})

it('takes several scenarios, each once, or all of them', () => {
  expect(readArguments(['--scenario', 'place, notify,place']).scenarios).toEqual(['place', 'notify'])
  expect(readArguments(['--scenario', 'all']).scenarios).toEqual([...scenarioNames])
})

it('measures less when quick, unless told how much', () => {
  const quick = readArguments(['--quick'])
  expect(quick.orders).toBeLessThan(readArguments([]).orders)
  expect(readArguments(['--quick', '--orders', '5000']).orders).toBe(5000)
})

it.each([
  [['--orders', '0'], '--orders takes a whole number from 1 on'],
  [['--rounds', '1.5'], '--rounds takes a whole number from 1 on'],
  [['--shoppers', 'many'], '--shoppers takes a whole number from 1 on'],
  [['--scenario', 'sleep'], 'there is no scenario sleep'],
  [['--fast'], '--fast'],
])('refuses %j, saying what is wrong', (args, message) => {
  expect(() => readArguments(args)).toThrow(message)
})
