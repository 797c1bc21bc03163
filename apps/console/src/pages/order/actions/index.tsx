import { useSession } from '../../../session/session.tsx'
import { cancellable, type OrderAnswer } from '../order-data.ts'
import { toSettle } from '../wait.ts'
import { CancelAction, NoteAction } from './order-actions.tsx'
import { ClosePaymentAction, QueryAction } from './payment-actions.tsx'
import { RefundAction } from './refund.tsx'
import { ShipAction } from './ship.tsx'

/** What this person may do with the order in its state. */
export function Actions({ answer }: { answer: OrderAnswer }) {
  const { can } = useSession()
  const { orderId, order, payment, refunds } = answer
  const open = payment?.attempts.some(({ status }) => status === 'OPENED') ?? false
  return (
    <>
      {refunds !== undefined && refunds.trades.length > 0 && can('refund.request') && (
        <RefundAction orderId={orderId} order={order} payment={payment} refunds={refunds} />
      )}
      {order !== undefined && order.shipments.left.length > 0 && can('shipment.write') && (
        <ShipAction order={order} settle={toSettle(answer)} />
      )}
      {payment !== undefined && can('payment.query') && <QueryAction orderId={orderId} />}
      {open && can('payment.close') && <ClosePaymentAction orderId={orderId} />}
      {order !== undefined && cancellable.has(order.orderStatus) && can('order.cancel') && (
        <CancelAction orderId={orderId} />
      )}
      {order !== undefined && can('order.note') && <NoteAction orderId={orderId} />}
    </>
  )
}
