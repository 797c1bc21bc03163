import { ProductChanged } from '@alipay-checkout/contracts'
import { type Handler, onLoaded } from '@alipay-checkout/messaging'
import { productUpserts } from './product-store.ts'

/** Copies the catalogue of inventory-service, so that an order is priced without a request to that service. */
export function onProductChanges(): Handler {
  return onLoaded(
    [ProductChanged],
    async () => {},
    (_, events) => ({ writes: productUpserts(events.map(event => event.data)) }),
  )
}
