import { expect, it } from 'vitest'
import { listPath, rememberList } from './last-list.ts'

it('leads back to the list with its last filters', () => {
  expect(listPath()).toBe('/orders')
  rememberList('status=PAID&customer=c-1')
  expect(listPath()).toBe('/orders?status=PAID&customer=c-1')
  rememberList('')
  expect(listPath()).toBe('/orders')
})
