import type { ShipTo } from '@alipay-checkout/contracts'
import { createStored } from './stored.ts'

/** The last address that an order was placed with, for the next order in this browser. */
export const savedAddress = createStored<ShipTo | null>('qingshan.address', stored => {
  if (typeof stored !== 'object' || stored === null) return null
  const texts = Object.entries(stored).filter(([, value]) => typeof value === 'string')
  return texts.length > 0 ? (Object.fromEntries(texts) as ShipTo) : null
})
