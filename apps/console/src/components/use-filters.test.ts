import { expect, it } from 'vitest'
import { filtersOf, searchWith } from './use-filters.ts'

const names = ['status', 'customer'] as const

it('reads the filters that the address has, and no others', () => {
  expect(filtersOf(names, new URLSearchParams('status=PAID&customer=&cursor=x'))).toEqual({ status: 'PAID' })
})

it('writes filters into the address and leaves what else it has', () => {
  expect(searchWith(new URLSearchParams('q=1'), { status: 'PAID', customer: ' c-1 ' }).toString()).toBe(
    'q=1&status=PAID&customer=c-1',
  )
})

it('removes a filter whose text is empty', () => {
  expect(searchWith(new URLSearchParams('status=PAID&customer=c-1'), { customer: ' ' }).toString()).toBe('status=PAID')
})

it('reads back what it writes', () => {
  const values = { status: 'PAID', customer: 'a&b=c 张' }
  const address = searchWith(new URLSearchParams(), values).toString()
  expect(filtersOf(names, new URLSearchParams(address))).toEqual(values)
})
