import { expect, it } from 'vitest'
import { PlaceOrderBody } from '../http/orders.ts'
import { ProductBody } from '../http/products.ts'
import { deadLetterBytesMax, eventIdLifetimeMs, eventRetentionMs, eventSegmentMs, recordBytesMax } from './event.ts'
import { OrderCreated } from './order-events.ts'

const linesMax = (PlaceOrderBody.properties.items as { maxItems?: number }).maxItems ?? Number.NaN
/** As the gateway limits those of a quote. */
const adjustmentsMax = 100
const titleMax = (ProductBody.properties.title as { maxLength?: number }).maxLength ?? Number.NaN

it.each([
  ['four bytes each', '😀'],
  ['escaped with a second byte', '"'],
  ['half a pair, escaped with six bytes', '\ud83d'],
])(
  'keeps the largest order, with texts of characters of %s, below a third of the largest record size',
  (_, character) => {
    const line = {
      sku: 's'.repeat(64),
      title: character.repeat(titleMax),
      quantity: 1_000_000,
      unitPriceFen: 10_000_000_000,
      adjustmentFen: -10_000_000_000,
    }
    const adjustment = {
      type: 'surcharge',
      label: character.repeat(100),
      amountFen: 10_000_000_000,
      sku: 's'.repeat(64),
    }
    const data = {
      orderId: `ord_${'0'.repeat(32)}`,
      customerId: character.repeat(128),
      currency: 'CNY',
      totalFen: 10_000_000_000,
      lines: Array.from({ length: linesMax }, () => line),
      createdAt: '2026-01-01T00:00:00.000Z',
      expiresAt: '2026-01-01T00:00:00.000Z',
      reference: 'r'.repeat(64),
      metadata: Object.fromEntries(
        Array.from({ length: 20 }, (_, index) => [character.repeat(38) + (index + 10), character.repeat(500)]),
      ),
      adjustments: Array.from({ length: adjustmentsMax }, () => adjustment),
    }
    expect(OrderCreated.validator.Check(data)).toBe(true)
    // The headers of an event and its key have less than 2 KiB.
    const bytes = Buffer.byteLength(JSON.stringify(data)) + 2_048
    expect(bytes).toBeLessThan(recordBytesMax / 3)
    expect(bytes).toBeGreaterThan(recordBytesMax / 30)
  },
)

it('leaves room for the added headers in a dead letter', () => {
  // A reason of 1,000 characters, names and numbers.
  expect(deadLetterBytesMax - recordBytesMax).toBeGreaterThan(4 * 1_000 + 2_048)
})

it('stores event ids for longer than records are delivered', () => {
  const hourMs = 60 * 60 * 1000
  expect(eventRetentionMs).toBeGreaterThanOrEqual(14 * 24 * hourMs)
  expect(eventIdLifetimeMs - eventRetentionMs - eventSegmentMs).toBeGreaterThanOrEqual(24 * hourMs)
})
