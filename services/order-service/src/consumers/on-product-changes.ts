import { ProductChanged } from '@alipay-checkout/contracts'
import { type Handler, on } from '@alipay-checkout/messaging'
import { saveProducts } from '../db/products.ts'

/** Keeps our own copy of titles and prices, so that placing an order asks nobody. */
export function onProductChanges(): Handler {
  return on([ProductChanged], (tx, events) =>
    saveProducts(
      tx,
      events.map(event => event.data),
    ),
  )
}
