import { type AdminOrderDetails, OrderId, type Recipient } from '@alipay-checkout/contracts'
import { type HttpApp, Problem, traceIdOf } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { orderBody, shipmentList } from '../orders/order-body.ts'
import { findWithRecipient } from '../orders/order-recipients.ts'
import { findNotes } from '../orders/staff-notes.ts'
import { maskRecipient } from './mask-recipient.ts'
import { adminOrderRow } from './order-flags.ts'

/** `GET /admin/orders/{orderId}` → AdminOrderDetails. The recipient is masked, so that the reading is not logged. */
export function addOrderDetails(app: HttpApp, { db }: { db: Db }): void {
  const schema = { params: Type.Object({ orderId: OrderId }) }
  app.get('/admin/orders/:orderId', { schema }, async ({ params: { orderId } }): Promise<AdminOrderDetails> => {
    const [found, notes] = await Promise.all([findWithRecipient(db, orderId), findNotes(db, orderId)])
    if (!found) throw new Problem('order-not-found', `There is no order ${orderId}.`)
    const { order, closeReason, recipient } = found
    const { customerId, refundedFen, flags } = adminOrderRow(order)
    const traceId = traceIdOf(order.traceparent)
    return {
      ...orderBody(order),
      customerId,
      refundedFen,
      flags,
      ...(closeReason === undefined ? {} : { closeReason }),
      ...(traceId === undefined ? {} : { traceId }),
      shipments: shipmentList(order),
      ...recipientPart(recipient),
      notes,
    }
  })
}

function recipientPart(recipient: Omit<Recipient, 'orderId'>): Pick<AdminOrderDetails, 'recipient'> {
  return Object.keys(recipient).length === 0 ? {} : { recipient: maskRecipient(recipient) }
}
