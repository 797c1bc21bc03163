import { ProductChanged } from '@alipay-checkout/contracts'
import { type Handler, onLoaded } from '@alipay-checkout/messaging'
import { productUpserts } from './product-store.ts'

/** Keeps our own copy of the catalogue, so that placing an order asks no other service. */
export function onProductChanges(): Handler {
  return onLoaded(
    [ProductChanged],
    async () => {},
    (_, events) => ({ writes: productUpserts(events.map(event => event.data)), quiet: true }),
  )
}
