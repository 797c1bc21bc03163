import { type InternalRefund, Refund, RefundBody, RefundList } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { onlyAdmins, requireCustomer } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, idempotencyKey, OrderParams, problems, withToken } from '../http/schemas.ts'
import { passOn, trace } from '../upstream/forward.ts'

const Headers = Type.Object({ 'idempotency-key': idempotencyKey('Asking again with the same key is the same refund') })

/** Giving money back, and looking at what went back. Payment-service decides; here is who may ask, and in whose name. */
export function addRefunds(app: HttpApp, { payments }: Dependencies): void {
  const askSchema = {
    tags: ['admin'],
    summary: 'Give money back',
    description:
      'Send `amountFen`, or `lines` (priced as they were ordered), or neither for all that is left. `returnToStock` puts ' +
      'the units of `lines` back on sale. Where an order was paid more than once, `outTradeNo` names the trade; without it ' +
      'the trade that paid the order is taken. The answer is 202: Alipay is asked after it, and the list of refunds says what came of it.',
    security: withToken,
    params: OrderParams,
    headers: Headers,
    body: RefundBody,
    response: {
      202: answers('The refund, under way', Refund),
      ...problems(
        'malformed-json',
        'unauthenticated',
        'forbidden',
        'order-not-found',
        'order-not-refundable',
        'refund-exceeds-balance',
        'idempotency-key-reused',
      ),
    },
  }
  app.post('/api/admin/orders/:id/refunds', { schema: askSchema, preParsing: onlyAdmins }, async (request, reply) => {
    const path = `/payments/${orderIdOf(request.params.id)}/refunds`
    const key = request.headers['idempotency-key']
    const refund: InternalRefund = {
      ...consistent(request.body),
      requestedBy: requireCustomer(request, reply).id,
      ...(key !== undefined && { idempotencyKey: key }),
    }
    return passOn(
      reply,
      await payments.call({ method: 'POST', path, body: JSON.stringify(refund), traceparent: trace(request) }),
    )
  })

  const listSchema = {
    tags: ['admin'],
    summary: 'The refunds of an order, and what may still go back',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('All of them', RefundList),
      ...problems('unauthenticated', 'forbidden', 'order-not-found'),
    },
  }
  app.get('/api/admin/orders/:id/refunds', { schema: listSchema, preParsing: onlyAdmins }, async (request, reply) => {
    const path = `/payments/${orderIdOf(request.params.id)}/refunds`
    return passOn(reply, await payments.call({ method: 'GET', path, traceparent: trace(request) }))
  })
}

/** The body, if it says one thing; else throws `invalid-request`: what goes back must not be a matter of reading. */
function consistent(body: RefundBody): RefundBody {
  if (body.amountFen !== undefined && body.lines !== undefined)
    throw invalid('amountFen', 'can not stand beside lines, which have a price already')
  if (body.returnToStock && body.lines === undefined)
    throw invalid('returnToStock', 'needs lines, which say how many units of what come back')
  return body
}

function invalid(field: string, message: string): Problem {
  return new Problem('invalid-request', `${field} ${message}.`, { errors: [{ field, message }] })
}
