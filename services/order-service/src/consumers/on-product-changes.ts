import { ProductChanged } from '@alipay-checkout/contracts'
import { type Handler, onLoaded } from '@alipay-checkout/messaging'
import { productUpserts } from '../db/products.ts'

/** Keeps our own copy of titles and prices, so that placing an order asks nobody. */
export function onProductChanges(): Handler {
  return onLoaded(
    [ProductChanged],
    async () => {},
    (_, events) => ({ writes: productUpserts(events.map(event => event.data)), quiet: true }),
  )
}
