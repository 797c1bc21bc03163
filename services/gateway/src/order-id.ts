import { OrderId } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { Compile } from 'typebox/compile'

const orderId = Compile(OrderId)

/** The id, if it can be one; else throws `order-not-found`, because an id that can't exist belongs to no order. */
export function orderIdOf(text: string): string {
  if (orderId.Check(text)) return text
  throw new Problem('order-not-found', 'There is no order with this id.')
}
