import { expect, it } from 'vitest'
import { rowsBefore } from './use-live-rows.ts'

it.each([
  ['no row is newer', ['c', 'b', 'a'], 'c', 0],
  ['two rows came', ['e', 'd', 'c', 'b'], 'c', 2],
  ['the newest row left the list while one came', ['d', 'b', 'a'], 'c', 1],
  ['all rows that were shown left the list', ['e', 'd'], 'c', 0],
  ['nothing was shown yet', ['b', 'a'], undefined, 0],
])('counts new rows where %s', (_, keys, top, count) => {
  expect(rowsBefore(keys, top)).toBe(count)
})
