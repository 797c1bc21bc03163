import {
  Case,
  DeadLetterId,
  NotifyId,
  OrderId,
  type ProblemType,
  RefundId,
  ShipmentId,
  Sku,
} from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import type { TString } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * Checks an id that stands in a path. A malformed id is answered like an unknown one, because no entity can have it:
 * the function returns a well-formed id and throws the given "not found" problem for any other text.
 */
function pathId(schema: TString, notFound: ProblemType, detail: string): (text: string) => string {
  const compiled = Compile(schema)
  return text => {
    if (compiled.Check(text)) return text
    throw new Problem(notFound, detail)
  }
}

export const orderIdOf = pathId(OrderId, 'order-not-found', 'There is no order with this id.')
export const caseIdOf = pathId(Case.properties.caseId, 'case-not-found', 'There is no case with this id.')
export const notifyIdOf = pathId(NotifyId, 'notify-not-found', 'There is no notify with this id.')
export const shipmentIdOf = pathId(ShipmentId, 'shipment-not-found', 'There is no shipment with this id.')
export const skuOf = pathId(Sku, 'product-not-found', 'There is no product with this SKU.')
export const refundIdOf = pathId(RefundId, 'refund-not-found', 'There is no refund with this id.')
export const deadLetterIdOf = pathId(DeadLetterId, 'dead-letter-not-found', 'There is no dead letter with this id.')
