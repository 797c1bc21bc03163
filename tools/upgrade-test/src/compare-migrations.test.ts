import { expect, it } from 'vitest'
import { compareMigrations, type Migration } from './compare-migrations.ts'

const migration = (tag: string, sql = `create table ${tag}`): Migration => ({ tag, sql })
const [first, second] = [migration('0000_initial'), migration('0001_note')]

it.each<[title: string, older: Migration[], newer: Migration[], expected: string | undefined]>([
  ['the same migrations', [first, second], [first, second], undefined],
  ['further migrations', [first], [first, second], undefined],
  ['a first version', [], [first], undefined],
  [
    'a squashed history',
    [first, second],
    [migration('0000_squashed')],
    'orders: where the older revision has the migration 0000_initial, the newer one has 0000_squashed',
  ],
  [
    'a migration that is gone',
    [first, second],
    [first],
    'orders: where the older revision has the migration 0001_note, the newer one has nothing',
  ],
  [
    'a migration that was edited after it had been applied',
    [first, second],
    [first, migration('0001_note', 'create table other')],
    'orders: the migration 0001_note has another content in the newer revision',
  ],
])('compares the older migrations with %s', (_title, older, newer, expected) => {
  expect(compareMigrations('orders', older, newer)).toBe(expected)
})
