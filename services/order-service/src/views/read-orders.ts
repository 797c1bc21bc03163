import { OrderId } from '@alipay-checkout/contracts'
import { type HttpApp, PageLimit, Problem, pageOf } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { orderBody, ownOrderBody, statusBody } from '../orders/order-body.ts'
import { findWithRecipient } from '../orders/order-recipients.ts'
import { findOrder, listOrders } from '../orders/order-store.ts'

const OrderParams = Type.Object({ orderId: OrderId })
const Owner = Type.Object({ customerId: Type.Optional(Type.String({ minLength: 1 })) })

/**
 * Routes that read orders. With `customerId`, orders of other customers are not found, and one order is shown as its owner
 * sees it: with recipient and shipments.
 */
export function addReadOrders(app: HttpApp, { db }: { db: Db }): void {
  async function find(orderId: string, customerId: string | undefined) {
    const order = await findOrder(db, orderId, customerId)
    if (!order) throw unknownOrder(orderId)
    return order
  }

  app.get('/orders/:orderId', { schema: { params: OrderParams, querystring: Owner } }, async request => {
    const { orderId } = request.params
    const { customerId } = request.query
    if (customerId === undefined) return orderBody(await find(orderId, undefined))
    const own = await findWithRecipient(db, orderId, customerId)
    if (!own) throw unknownOrder(orderId)
    return ownOrderBody(own.order, own.recipient)
  })

  app.get('/orders/:orderId/status', { schema: { params: OrderParams, querystring: Owner } }, async request =>
    statusBody(await find(request.params.orderId, request.query.customerId)),
  )

  const ListQuery = Type.Object({
    customerId: Type.String({ minLength: 1 }),
    cursor: Type.Optional(OrderId),
    limit: { ...PageLimit, default: '20' },
  })
  app.get('/orders', { schema: { querystring: ListQuery } }, async request => {
    const { customerId, cursor } = request.query
    const limit = Number(request.query.limit)
    const found = await listOrders(db, { customerId, cursor, limit: limit + 1 })
    const { items, nextCursor } = pageOf(found, limit, ({ orderId }) => orderId)
    return { items: items.map(orderBody), nextCursor }
  })
}

function unknownOrder(orderId: string): Problem {
  return new Problem('order-not-found', `There is no order ${orderId} of this customer.`)
}
