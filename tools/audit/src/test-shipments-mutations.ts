import { id, type Rows } from './test-mutation.ts'

/** Makes a paid order of two units look as if it was shipped. */
const shippedAs = (status: string, quantity: number, more = '', completeAt = 'null') => ({
  orders: `update orders set fulfilment_status = '${status}', complete_at = ${completeAt},
    shipments = '[{"shipmentId": "shp_1", "lines": [{"sku": "tea", "quantity": ${quantity}}]${more}}]'
    where order_id = '${id.paid}'`,
})
const delivered = ', "deliveredAt": "2026-01-01T00:00:00Z"'

/** Wrong shipments, and fulfilment statuses that do not follow from them. */
export const shipmentMutations: Rows = {
  17: [
    ['more shipped than ordered', shippedAs('SHIPPED', 3), id.paid, /3 of tea were shipped, and 2 ordered/],
    [
      'an unpaid order that is shipped',
      { orders: shippedAs('SHIPPED', 2).orders.replace(id.paid, id.expired) },
      id.expired,
      /it is EXPIRED, and was shipped/,
    ],
    ['a part that counts as all', shippedAs('SHIPPED', 1), id.paid, /is SHIPPED, .* make it PARTIALLY_SHIPPED/],
    ['all that counts as a part', shippedAs('PARTIALLY_SHIPPED', 2), id.paid, /PARTIALLY_SHIPPED, .* make it SHIPPED/],
    ['a delivery that is not counted', shippedAs('SHIPPED', 2, delivered), id.paid, /is SHIPPED, .* make it DELIVERED/],
    ['an early completion', shippedAs('COMPLETED', 2), id.paid, /is COMPLETED, .* make it SHIPPED/],
  ],
  10: [
    [
      'an order that is due to be completed',
      shippedAs('DELIVERED', 2, delivered, "now() - interval '5 minutes'"),
      id.paid,
      /it is due to be completed, and is not/,
    ],
  ],
}
