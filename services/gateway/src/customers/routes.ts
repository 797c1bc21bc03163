import { CustomerExport, ErasedCustomer } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { traceOf } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { actorFor, permit } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { answers, problems, withToken } from '../http/schemas.ts'
import { sendPieces } from '../http/send-pieces.ts'
import { forward } from '../upstream/forward.ts'
import { eraseCustomer } from './erase-customer.ts'
import { writeExport } from './write-export.ts'

const params = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128, description: 'The customer’s id, `sub` of their tokens' }),
})

/** What the system stores about a customer: exported as JSON, and erased. */
export function addPersonalData(app: HttpApp, dependencies: Dependencies): void {
  const exportSchema = {
    tags: ['admin'],
    summary: 'Everything that is stored about a customer',
    description:
      'All orders with recipients and timelines, and all payments with refunds, notifies and cases. A customer who has ' +
      'ordered nothing gets empty lists. An answer that ends early is not complete: repeat the request.',
    security: withToken,
    params,
    response: { 200: answers('The export', CustomerExport), ...problems('unauthenticated', 'forbidden') },
  }
  app.get(
    '/api/admin/customers/:id/export',
    { schema: exportSchema, preParsing: permit('customer.erase') },
    async (request, reply) => {
      const pieces = writeExport(dependencies, {
        customerId: request.params.id,
        actor: actorFor('customer.erase', request, reply),
        traceparent: traceOf(request),
        now: new Date(),
      })
      return sendPieces(reply, 'application/json; charset=utf-8', pieces)
    },
  )

  const eraseSchema = {
    tags: ['admin'],
    summary: 'Erase the personal data of a customer',
    description:
      'Of every order that ended unpaid, was fully refunded or shipped completely: the recipient is deleted, the ' +
      'customer’s id becomes a pseudonym, and what Alipay sent about the buyer is deleted. Other orders are kept and ' +
      'listed. It can not be undone. Repeating it is safe and erases what is finished since.',
    security: withToken,
    params,
    response: {
      200: answers('What was erased, and what is kept', ErasedCustomer),
      ...problems('unauthenticated', 'forbidden'),
    },
  }
  app.post(
    '/api/admin/customers/:id/erase',
    { schema: eraseSchema, preParsing: permit('customer.erase') },
    async (request, reply) => {
      const erased = await eraseCustomer(dependencies, {
        customerId: request.params.id,
        actor: actorFor('customer.erase', request, reply),
        traceparent: traceOf(request),
      })
      return forward(reply, { status: 200, text: JSON.stringify(erased) })
    },
  )
}
