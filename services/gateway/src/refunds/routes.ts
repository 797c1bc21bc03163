import { type InternalRefund, Refund, RefundBody, RefundList, RefundPreview } from '@alipay-checkout/contracts'
import { type HttpApp, invalidField, traceOf } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { actorFor, permit } from '../auth/identity.ts'
import { limitedRole } from '../auth/permissions.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, idempotencyKey, OrderParams, problems, withToken } from '../http/schemas.ts'
import { forward } from '../upstream/forward.ts'

const Headers = Type.Object({
  'idempotency-key': idempotencyKey('Repeating the request with the same key is the same refund'),
})

/** Requesting and listing refunds. Payment-service decides; the gateway authenticates the admin and names them to it. */
export function addRefunds(app: HttpApp, { config, payments }: Dependencies): void {
  const requestSchema = {
    tags: ['admin'],
    summary: 'Refund an order',
    description:
      'Send `amountFen`, or `lines`, or neither for the whole remaining amount. `lines` take their share of what was paid, ' +
      'discounts and surcharges included; `includeShipping` adds what is left of the shipping fee, which the whole has ' +
      'anyway. `returnToStock` puts the units of `lines` back on sale. If an order was paid more than once, `outTradeNo` selects ' +
      'the trade; by default it is the trade that paid the order. The answer is 202: the refund is executed afterwards, ' +
      'and the list of refunds shows its result. With `preview` nothing is done, and the answer is 200: what the refund ' +
      'would take. A large one waits for a second person (AWAITING_APPROVAL), and a cashier has a limit.',
    security: withToken,
    params: OrderParams,
    headers: Headers,
    body: RefundBody,
    response: {
      200: answers('With `preview`: what the refund would do', RefundPreview),
      202: answers('The refund, pending', Refund),
      ...problems(
        'malformed-json',
        'unauthenticated',
        'forbidden',
        'order-not-found',
        'order-not-refundable',
        'refund-exceeds-balance',
        'refund-limit-exceeded',
        'idempotency-key-reused',
      ),
    },
  }
  app.post(
    '/api/admin/orders/:id/refunds',
    { schema: requestSchema, preParsing: permit('refund.request') },
    async (request, reply) => {
      const path = `/payments/${orderIdOf(request.params.id)}/refunds`
      const key = request.headers['idempotency-key']
      const actor = actorFor('refund.request', request, reply)
      const refund: InternalRefund = {
        ...consistent(request.body),
        requestedBy: actor.id,
        ...(actor.role === limitedRole && { limitFen: config.REFUND_LIMIT_FEN }),
        ...(key !== undefined && { idempotencyKey: key }),
      }
      return forward(
        reply,
        await payments.call({
          method: 'POST',
          path,
          body: JSON.stringify(refund),
          actor,
          traceparent: traceOf(request),
        }),
      )
    },
  )

  const listSchema = {
    tags: ['admin'],
    summary: 'The refunds of an order, and what can still be refunded of it, by line too',
    security: withToken,
    params: OrderParams,
    response: {
      200: answers('All refunds of the order', RefundList),
      ...problems('unauthenticated', 'forbidden', 'order-not-found'),
    },
  }
  app.get(
    '/api/admin/orders/:id/refunds',
    { schema: listSchema, preParsing: permit('read') },
    async (request, reply) => {
      const path = `/payments/${orderIdOf(request.params.id)}/refunds`
      return forward(reply, await payments.call({ method: 'GET', path, traceparent: traceOf(request) }))
    },
  )
}

/** The body if its fields do not contradict each other, else throws `invalid-request`. */
function consistent(body: RefundBody): RefundBody {
  if (body.reason === undefined && !body.preview)
    throw invalidField('reason', 'is required: it is stored with the refund')
  if (body.amountFen !== undefined && body.lines !== undefined)
    throw invalidField('amountFen', 'can not be combined with lines, which have a price already')
  if (body.includeShipping && body.amountFen !== undefined)
    throw invalidField('includeShipping', 'can not be combined with amountFen: the refund has its amount already')
  if (body.returnToStock && body.lines === undefined)
    throw invalidField('returnToStock', 'needs lines, which give the SKUs and units to return')
  return body
}
