import { OrderId } from '@alipay-checkout/contracts'
import { type HttpApp, PageLimit, Problem, pageOf } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { orderBody, statusBody } from '../orders/order-body.ts'
import { findOrder, listOrders } from '../orders/order-store.ts'

const OrderParams = Type.Object({ orderId: OrderId })
const Owner = Type.Object({ customerId: Type.Optional(Type.String({ minLength: 1 })) })

/** Routes that read orders. With `customerId`, orders of other customers are not found. */
export function addReadOrders(app: HttpApp, { db }: { db: Db }): void {
  async function find(orderId: string, customerId: string | undefined) {
    const order = await findOrder(db, orderId, customerId)
    if (!order) throw new Problem('order-not-found', `There is no order ${orderId} of this customer.`)
    return order
  }

  app.get('/orders/:orderId', { schema: { params: OrderParams, querystring: Owner } }, async request =>
    orderBody(await find(request.params.orderId, request.query.customerId)),
  )

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
