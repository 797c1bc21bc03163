import { BuyerIds, Instalments, OrderPayment, PaymentForm, RequestedMethod } from '@alipay-checkout/contracts'
import { type HttpApp, invalidField, Problem, traceOf } from '@alipay-checkout/service-kit'
import Type, { type Static } from 'typebox'
import { onlyCustomers, requireCustomer } from '../auth/identity.ts'
import { orderPath } from '../auth/order-access.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { answers, OrderParams, problems, withToken } from '../http/schemas.ts'
import { browserOf } from './browser.ts'
import { type ChosenMethod, chooseMethod } from './choose-method.ts'
import { isInBrowser, orderPayment, ownCode } from './order-payment.ts'
import { openPayment, requirePayable, timeoutsMs } from './payment-link.ts'

const Body = Type.Object(
  {
    method: Type.Optional({ ...RequestedMethod, description: 'Default `alipay_page`. `auto` goes by the User-Agent' }),
    as: Type.Optional({
      ...PaymentForm,
      description:
        '`form`: page and wap, an HTML form that submits itself. `qr`: a QR code of `/pay/{id}`; `alipay_qr` always has its own',
    }),
    anotherPayer: Type.Optional(Type.Boolean({ description: 'To pay from a different Alipay account than before' })),
    instalments: Type.Optional(Instalments),
    ...BuyerIds,
  },
  { additionalProperties: false },
)
type Body = Static<typeof Body>

const description = `Without a body the answer is a link to Alipay's page for computers.

| \`method\` | what the answer has |
| --- | --- |
| \`auto\` | page on computers, wap on phones and in Alipay's browser. WeChat blocks Alipay: there \`paymentUrl\` is \`/pay/{id}\`, which explains how to open it in another browser |
| \`alipay_page\`, \`alipay_wap\` | \`paymentUrl\`, Alipay's signed page; with \`"as":"form"\` a form instead |
| \`alipay_app\` | \`orderString\` for Alipay's SDK |
| \`alipay_jsapi\` | \`alipayTradeNo\` for \`my.tradePay\`; needs \`buyerOpenId\` or \`buyerId\` |
| \`alipay_qr\` | \`qrCode\` and \`qrSvg\`, which Alipay's app scans |

Where \`paymentUrl\` is not Alipay's page it is \`/pay/{id}\`, which opens page or wap by the browser, without instalments.
A shopper who is at Alipay already and takes another method loses the first payment: Alipay closes it before the next one
is opened. \`alipay-failed\` and \`alipay-timeout\` mean that nothing was opened; try again. \`"as":"qr"\` of page and wap
needs nothing of Alipay and is answered while Alipay is unavailable, too.`

/** `POST /api/orders/{id}/payment`: opens the payment by any method, as a link, a form or a QR code. */
export function addPayment(app: HttpApp, dependencies: Dependencies): void {
  const schema = {
    tags: ['payment'],
    summary: 'Pay an order',
    description,
    security: withToken,
    params: OrderParams,
    body: Body,
    response: {
      200: answers('How to pay', OrderPayment),
      ...problems(
        'unauthenticated',
        'order-not-found',
        'order-not-payable',
        'payment-method-unavailable',
        'alipay-failed',
        'alipay-timeout',
      ),
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
    const browser = browserOf(request.headers['user-agent'])
    const chosen = chooseMethod(request.body, dependencies.contracted, browser, 'method')
    checkForm(request.body, chosen)
    const traceparent = traceOf(request)
    // Checked with order-service, because payment-service does not store whose an order is.
    const path = orderPath(orderId, '/status', requireCustomer(request, reply).id)
    await requirePayable(dependencies, path, traceparent)
    // A code of our own link needs nothing of Alipay.
    const canDoWithout = as === 'qr' && !anotherPayer && isInBrowser(chosen.method)
    const { first, opening } = timeoutsMs(chosen.method)
    const opened = await openPayment(dependencies, {
      orderId,
      chosen,
      as: as === 'form' ? 'form' : 'url',
      anotherPayer,
      traceparent,
      timeoutMs: canDoWithout ? first : opening,
    }).catch((error: unknown) => {
      if (canDoWithout && isTemporary(error)) return undefined
      throw error
    })
    const { PUBLIC_URL } = dependencies.config
    return opened ? orderPayment(PUBLIC_URL, chosen, opened, as) : ownCode(PUBLIC_URL, orderId, chosen.method)
  })
}

function isTemporary(error: unknown): boolean {
  return error instanceof Problem && /^(alipay-failed|alipay-timeout|service-unavailable)$/.test(error.type)
}

/** Refuses a form for methods that have none, and instalments for a code of our link, which would lose them. */
function checkForm({ as, instalments }: Body, { method }: ChosenMethod): void {
  if (as === 'form' && !isInBrowser(method)) {
    throw invalidField('as', `can not be form with ${method}: only page and wap have one`)
  }
  if (as === 'qr' && instalments) {
    throw invalidField('instalments', 'can not be given with `"as":"qr"`: the link in the code opens without them')
  }
}
