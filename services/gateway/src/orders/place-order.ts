import {
  type InternalPlacedOrder,
  type InternalPlaceOrder,
  type Order,
  type OrderPayment,
  PlacedOrder,
  PlaceOrderBody,
  type ReplayedResponse,
  type StoredResponse,
} from '@alipay-checkout/contracts'
import {
  createHistogram,
  faultPoint,
  type HttpApp,
  nameOrder,
  observe,
  Problem,
  traceOf,
} from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import Type from 'typebox'
import { onlyCustomers, requireCustomer } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { answers, idempotencyKey, problems, withToken } from '../http/schemas.ts'
import { browserOf } from '../payments/browser.ts'
import { type ChosenMethod, chooseMethod, type PaymentRequest } from '../payments/choose-method.ts'
import { orderPayment, unopenedPayment } from '../payments/order-payment.ts'
import { openPayment, timeoutsMs } from '../payments/payment-link.ts'
import { mergeLines, prefersAsync, requestHash } from './order-request.ts'
import { createQuoteCheck } from './quote.ts'

/** How long a request waits for the stock result before it is answered 202, ms. */
const stockResultWaitMs = 2_000
/** How long order-service may take beyond that wait, ms. */
const placingSlackMs = 5_000
/** Orders are batched here, and the services behind work in the same batches. */
const batchWindow = { minMs: 60, responseTimes: 1.3 }

const json = 'application/json; charset=utf-8'
const problemJson = 'application/problem+json; charset=utf-8'

const Headers = Type.Object({
  'idempotency-key': idempotencyKey('Repeating the request with the same key gives the same response'),
  prefer: Type.Optional(
    Type.String({ description: '`respond-async`: answer 202 without waiting for the stock result' }),
  ),
})

/** A response as it is sent, byte for byte. */
type FinalResponse = Pick<StoredResponse, 'status' | 'body' | 'contentType'>

const description = `Prices come from the catalogue. The same SKU in several lines is merged.

The shop's own pricing may grant shipping, discounts and surcharges in a signed \`quote\` for this customer and these
lines; they are \`adjustments\` of the order, and each line's \`adjustmentFen\` is its share. With
\`expectedTotalFen\`, an order that would cost another amount is refused with the new \`totalFen\`, \`lines\` and
\`adjustments\`. \`reference\` is the shop's own number: a customer can use one once, but for orders that are refused
or out of stock. \`shipTo\` is shown by \`GET /api/orders/{id}\` to its owner, and not here.

\`payment\` says how to pay by the \`paymentMethod\`, as \`POST /api/orders/{id}/payment\` does; \`paymentUrl\` and
\`tradeNo\` are its own. A method that the shop does not offer, or fields that do not go with it, are refused before
anything is ordered. The payment is opened once the order is placed. While it can not be opened, because the stock result
is pending (202) or Alipay is unavailable or refuses, the order is placed all the same: \`payment\` then has neither
Alipay's page nor \`orderString\`, \`alipayTradeNo\` or \`qrCode\`, and \`paymentUrl\` is \`/pay/{id}\`. \`POST
/api/orders/{id}/payment\` opens it again, or answers the problem that stands in the way.`

interface Placing {
  order: InternalPlaceOrder
  chosen: ChosenMethod
  path: string
  traceparent: string
}

/** `POST /api/orders`: 201 with the payment link, 409 if stock is short, 202 if the stock result is still pending. */
export function addPlaceOrder(app: HttpApp, dependencies: Dependencies, registry: Registry): void {
  const schema = {
    tags: ['orders'],
    summary: 'Place an order',
    description,
    security: withToken,
    headers: Headers,
    body: PlaceOrderBody,
    response: {
      201: answers('The stock is reserved; pay with `payment`', PlacedOrder),
      202: answers('The order is stored, its stock not yet confirmed: follow it at `Location`', PlacedOrder),
      ...problems(
        'malformed-json',
        'unauthenticated',
        'out-of-stock',
        'total-changed',
        'reference-used',
        'too-many-open-orders',
        'product-limit-reached',
        'request-in-flight',
        'body-too-large',
        'unsupported-media-type',
        'unknown-sku',
        'product-not-on-sale',
        'too-many-units',
        'amount-out-of-range',
        'quote-invalid',
        'payment-method-unavailable',
        'idempotency-key-reused',
      ),
    },
  }
  const { QUOTE_SECRET: secret, QUOTE_JWKS_URL: jwksUrl } = dependencies.config
  const checkQuote = createQuoteCheck({ secret, jwksUrl })
  const options = { schema, preParsing: onlyCustomers, onResponse: measurePlacing(registry) }
  app.post('/api/orders', options, async (request, reply) => {
    const { items: given, ...said } = request.body
    const items = mergeLines(given)
    const customerId = requireCustomer(request, reply).id
    const browser = browserOf(request.headers['user-agent'])
    const chosen = chooseMethod(paymentOf(said), dependencies.contracted, browser, 'paymentMethod')
    const quote = said.quote === undefined ? undefined : await checkQuote(said.quote, { customerId, items })
    const key = request.headers['idempotency-key']
    const respondAsync = prefersAsync(request.headers.prefer)
    const order: InternalPlaceOrder = {
      customerId,
      items,
      waitMs: respondAsync ? 0 : stockResultWaitMs,
      ...(key !== undefined && { idempotency: { key, requestHash: requestHash(items, said) } }),
      ...carriedBy(said),
      ...(quote && { quote }),
    }
    if (respondAsync) reply.header('preference-applied', 'respond-async')
    const traceparent = traceOf(request)
    return placeOrder(dependencies, { order, chosen, path: '/api/orders', traceparent }, reply)
  })
}

/** `gateway_place_duration_seconds` by outcome. Repeats of a request count as often as they are sent. */
function measurePlacing(registry: Registry) {
  const duration = createHistogram({
    name: 'gateway_place_duration_seconds',
    help: 'How long placing orders took. placed: 201, pending: 202, refused: 4xx, failed: 5xx',
    labelNames: ['outcome'],
    buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 5, 7.5],
    registry,
  })
  for (const outcome of ['placed', 'pending', 'refused', 'failed']) duration.zero({ outcome })
  return async (request: FastifyRequest, reply: FastifyReply) =>
    observe(duration, { outcome: outcomeOf(reply.statusCode) }, reply.elapsedTime / 1000, traceOf(request))
}

function outcomeOf(status: number): string {
  if (status >= 500) return 'failed'
  if (status >= 400) return 'refused'
  return status === 202 ? 'pending' : 'placed'
}

type Said = Omit<PlaceOrderBody, 'items'>

function paymentOf({ paymentMethod: method, instalments, buyerOpenId, buyerId }: Said): PaymentRequest {
  return {
    method,
    ...(instalments && { instalments }),
    ...(buyerOpenId !== undefined && { buyerOpenId }),
    ...(buyerId !== undefined && { buyerId }),
  }
}

/** What order-service stores or compares as it is given. */
function carriedBy({ reference, metadata, note, shipTo, expectedTotalFen }: Said): Partial<InternalPlaceOrder> {
  return {
    ...(reference !== undefined && { reference }),
    ...(metadata && { metadata }),
    ...(note !== undefined && { note }),
    ...(shipTo && { shipTo }),
    ...(expectedTotalFen !== undefined && { expectedTotalFen }),
  }
}

async function placeOrder(dependencies: Dependencies, placing: Placing, reply: FastifyReply): Promise<FastifyReply> {
  const placed = await callOrders(dependencies, placing)
  if ('replayed' in placed) {
    reply.header('idempotent-replayed', 'true')
    return send(reply, placed.replayed, placing.order.note)
  }
  if (!(placed instanceof Problem)) nameOrder(placed.order.orderId)
  const final = placed instanceof Problem ? refusal(placed, placing.path) : await success(dependencies, placing, placed)
  faultPoint('response.unstored')
  const stored = await storeResponse(dependencies, placing, final)
  faultPoint('response.stored')
  return send(reply, stored, placing.order.note)
}

/** Places the order at order-service. A lack of stock is an outcome and returned; other problems are thrown. */
async function callOrders(
  { orders }: Dependencies,
  { order, traceparent }: Placing,
): Promise<ReplayedResponse | { order: Order; waiting: boolean } | Problem> {
  try {
    const { status, body } = await orders.post({
      path: '/orders',
      body: order,
      traceparent,
      timeoutMs: stockResultWaitMs + placingSlackMs,
      window: batchWindow,
    })
    const placed = body as ReplayedResponse | InternalPlacedOrder
    return 'replayed' in placed ? placed : { order: placed.order, waiting: status === 202 }
  } catch (error) {
    if (error instanceof Problem && error.type === 'out-of-stock') return error
    throw error
  }
}

function refusal(problem: Problem, path: string): FinalResponse {
  return { status: problem.status, body: JSON.stringify(problem.toBody(path)), contentType: problemJson }
}

async function success(
  dependencies: Dependencies,
  placing: Placing,
  { order, waiting }: { order: Order; waiting: boolean },
): Promise<FinalResponse> {
  const opened = waiting ? undefined : await tryToOpen(dependencies, placing, order.orderId)
  const payment = opened ?? unopenedPayment(dependencies.config.PUBLIC_URL, order.orderId, placing.chosen.method)
  const { paymentUrl, tradeNo } = payment
  const body: PlacedOrder = { order, paymentUrl, tradeNo, payment }
  return { status: waiting ? 202 : 201, body: JSON.stringify(body), contentType: json }
}

/** The payment, or undefined if it can't be opened now: the shopper then gets the gateway's own link. */
async function tryToOpen(
  dependencies: Dependencies,
  { chosen, traceparent }: Placing,
  orderId: string,
): Promise<OrderPayment | undefined> {
  const timeoutMs = timeoutsMs(chosen.method).first
  try {
    const opened = await openPayment(dependencies, { orderId, chosen, as: 'url', traceparent, timeoutMs })
    return orderPayment(dependencies.config.PUBLIC_URL, chosen, opened)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/**
 * Stores the response for repeats of the request and returns the response to send: if two replicas handled the same
 * request, the one that was stored first. Throws if it can't be stored, so that the caller repeats the request with the
 * same key and gets the same response from then on.
 */
async function storeResponse(
  { orders }: Dependencies,
  { order, traceparent }: Placing,
  final: FinalResponse,
): Promise<FinalResponse> {
  if (!order.idempotency) return final
  const response: StoredResponse = { customerId: order.customerId, key: order.idempotency.key, ...final }
  const { status, body } = await orders.post({ path: '/idempotent-answers', body: response, traceparent })
  return status === 200 ? (body as StoredResponse) : final
}

/**
 * Sends a response. The order's `note` is personal, so it is not stored with the response but added here: a repeat has
 * the same note, because the hash of the request covers it.
 */
function send(reply: FastifyReply, { status, body: stored, contentType }: FinalResponse, note?: string): FastifyReply {
  const body = note === undefined || status > 202 ? stored : withNote(JSON.parse(stored), note)
  if (status === 202) reply.header('location', `/api/orders/${(JSON.parse(body) as PlacedOrder).order.orderId}`)
  return reply.code(status).header('content-type', contentType).send(body)
}

function withNote({ order, ...rest }: PlacedOrder, note: string): string {
  return JSON.stringify({ order: { ...order, note }, ...rest })
}
