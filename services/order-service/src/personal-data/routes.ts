import { ErasableOrders, ErasedCustomer, EraseStep, OrderId } from '@alipay-checkout/contracts'
import { ActorHeaders, actorFrom, type HttpApp } from '@alipay-checkout/service-kit'
import { type Db, transact } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { readingInserts } from '../orders/order-recipients.ts'
import { eraseOrders, findErasable } from './erase-orders.ts'
import { exportOrders } from './export-orders.ts'

const params = Type.Object({ customerId: Type.String({ minLength: 1, maxLength: 128 }) })
const querystring = Type.Object({ cursor: Type.Optional(OrderId) })

/** Export and erasure of what a customer's orders contain, page by page. The gateway goes through the pages. Recipients
 * that an export has are logged as read. */
export function addPersonalData(app: HttpApp, { db, service }: { db: Db; service: string }): void {
  // Without a schema of the response, which would leave out or refuse what is stored in another shape.
  app.get('/customers/:customerId/export', { schema: { params, querystring, headers: ActorHeaders } }, request =>
    transact(db, async tx => {
      const { customerId } = request.params
      const page = await exportOrders(tx, { customerId, cursor: request.query.cursor, service })
      const read = page.items.filter(({ shipTo, note }) => shipTo !== undefined || note !== undefined)
      const writes = readingInserts(
        read.map(({ orderId }) => orderId),
        actorFrom(request.headers),
      )
      return { writes, result: page }
    }),
  )
  const erasableSchema = { params, querystring, response: { 200: ErasableOrders } }
  app.get('/customers/:customerId/erasable', { schema: erasableSchema }, request =>
    findErasable(db, { customerId: request.params.customerId, cursor: request.query.cursor }),
  )
  const eraseSchema = { body: EraseStep, headers: ActorHeaders, response: { 200: ErasedCustomer } }
  // The body names who erases; the headers add the role and the request.
  app.post('/personal-data/erase', { schema: eraseSchema }, ({ body, headers }) =>
    eraseOrders(db, body, { ...actorFrom(headers), id: body.by }),
  )
}
