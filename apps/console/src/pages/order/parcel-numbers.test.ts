import { expect, it } from 'vitest'
import { hasParcel } from './parcel-numbers.ts'

const parcels = [{ carrier: 'SF Express', trackingNumber: 'SF0001234' }]

it('finds a parcel with the same number of the same carrier, however it is typed', () => {
  expect(hasParcel(parcels, 'SF Express', 'SF0001234')).toBe(true)
  expect(hasParcel(parcels, 'sf express ', ' sf-000 1234')).toBe(true)
})

it('finds none with another number, another carrier or no number', () => {
  expect(hasParcel(parcels, 'SF Express', 'SF0001235')).toBe(false)
  expect(hasParcel(parcels, 'YTO', 'SF0001234')).toBe(false)
  expect(hasParcel([{ carrier: 'SF', trackingNumber: '-' }], 'SF', '')).toBe(false)
})
