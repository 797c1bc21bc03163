import { expect, it } from 'vitest'
import { wholeTablesOf } from './plans.ts'

it('finds tables that are read from end to end, wherever they stand in a plan', () => {
  expect(
    wholeTablesOf([
      'Update on orders o  (cost=0.30..12.50 rows=0 width=0)',
      '  ->  Nested Loop  (cost=0.30..12.50 rows=100 width=60)',
      '        ->  Seq Scan on inbox i  (cost=0.00..1.00 rows=100 width=32)',
      '        ->  Index Scan using orders_pkey on orders o  (cost=0.15..0.30 rows=1 width=6)',
    ]),
  ).toEqual(['inbox'])
})
