import { PaymentForm } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { renderSVG } from 'uqr'
import { onlyCustomers, requireCustomer } from '../auth/identity.ts'
import { orderPath } from '../auth/order-access.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, OrderParams, problems, withToken } from '../http/schemas.ts'
import { traceparentOf } from '../upstream/traceparent.ts'
import { openPayment, ownPaymentLink, requirePayable } from './payment-link.ts'

/** Payment-service may have to query Alipay first, ms. */
const openTimeoutMs = 10_000

const Body = Type.Object(
  {
    as: Type.Optional(PaymentForm),
    anotherPayer: Type.Optional(Type.Boolean({ description: 'To pay from a different Alipay account than before' })),
  },
  { additionalProperties: false },
)

const Payment = Type.Object({
  orderId: Type.String(),
  tradeNo: Type.String({ description: 'Our `out_trade_no`, not Alipay’s `trade_no`' }),
  paymentUrl: Type.String({ description: "Alipay's signed page; with `form` and `qr` the gateway's own link to it" }),
  form: Type.Optional(Type.String({ description: 'An HTML form that submits itself to Alipay' })),
  qrSvg: Type.Optional(Type.String({ description: 'A QR code of `paymentUrl`, as SVG' })),
})

/** `POST /api/orders/{id}/payment`: opens the payment again, as a link, a form or a QR code. */
export function addPayment(app: HttpApp, dependencies: Dependencies): void {
  const schema = {
    tags: ['payment'],
    summary: 'Pay an order',
    description: 'Send `{"as":"url"}`, `"form"` or `"qr"`; without a body the answer is a link.',
    security: withToken,
    params: OrderParams,
    body: Body,
    response: {
      200: answers('Where to pay', Payment),
      ...problems('unauthenticated', 'order-not-found', 'order-not-payable', 'alipay-failed', 'alipay-timeout'),
    },
  }
  const withDefaultBody = async (request: { body?: unknown }) => {
    request.body ??= {}
  }
  const options = { schema, preParsing: onlyCustomers, preValidation: withDefaultBody }
  app.post('/api/orders/:id/payment', options, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const orderId = orderIdOf(request.params.id)
    const { as = 'url', anotherPayer = false } = request.body
    const traceparent = traceparentOf(request.headers.traceparent)
    // Checked with order-service, because payment-service does not store whose an order is.
    const path = orderPath(orderId, '/status', requireCustomer(request, reply).id)
    await requirePayable(dependencies, path, traceparent)
    const form = as === 'form' ? 'form' : 'url'
    const { outTradeNo, content } = await openPayment(dependencies, {
      orderId,
      as: form,
      anotherPayer,
      traceparent,
      timeoutMs: openTimeoutMs,
    })
    const own = { orderId, tradeNo: outTradeNo, paymentUrl: ownPaymentLink(dependencies.config.PUBLIC_URL, orderId) }
    if (as === 'form') return { ...own, form: content }
    if (as === 'qr') return { ...own, qrSvg: renderSVG(own.paymentUrl) }
    return { ...own, paymentUrl: content }
  })
}
