import type {
  Order,
  OrderPage,
  OrderPayment,
  OrderStatusAnswer,
  PlacedOrder,
  PlaceOrderBody,
  Refund,
  RefundBody,
} from '@alipay-checkout/contracts'
import { type CallOptions, type HttpAnswer, parseJson, waitUntil } from '@alipay-checkout/launcher'

/** A response with its body. */
export interface Answer<Body> extends HttpAnswer {
  /** The text as JSON; undefined where it is none. */
  body: Body
}

/** The fields of a problem (RFC 9457). */
export interface ProblemAnswer {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  errors?: { field: string; message: string }[]
  [extra: string]: unknown
}

/** Sends a request to a gateway. @param path begins with `/` */
export type SendToGateway = (method: string, path: string, options: CallOptions) => Promise<HttpAnswer>

export type Items = { sku: string; quantity: number }[]

/** How an order is to be paid; by page pay where it is left out. */
export type PaymentWish = Pick<PlaceOrderBody, 'paymentMethod' | 'instalments' | 'buyerOpenId' | 'buyerId'>

/** What an order has besides its lines. */
export type OrderFields = Omit<PlaceOrderBody, 'items'>

interface PlacingOptions {
  key?: string | undefined
  headers?: Record<string, string> | undefined
  fields?: OrderFields | undefined
}

/** The body of `POST /api/orders/{id}/payment`. */
export interface OpeningOptions extends Omit<PaymentWish, 'paymentMethod'> {
  method?: PlaceOrderBody['paymentMethod']
  as?: 'url' | 'form' | 'qr'
  anotherPayer?: boolean
}

export type ShopClient = ReturnType<typeof shopClient>

/** Lines that one order may have. */
const linesMax = 100
/** More units than one line may have: such an order is refused, and shows whether its products are known. */
const tooManyUnits = 10_000

/**
 * The gateway's API, for a customer or an admin. Every call resolves to the response, whatever its status.
 *
 * @param sendToGateway decides which gateway is called, and whether a failed request is sent again
 */
export function shopClient(sendToGateway: SendToGateway) {
  async function request<Body>(method: string, path: string, options: CallOptions): Promise<Answer<Body>> {
    const answer = await sendToGateway(method, path, options)
    return { ...answer, body: parseJson(answer.text) as Body }
  }
  const withKey = (key: string | undefined, headers: Record<string, string> = {}) =>
    key === undefined ? headers : { ...headers, 'idempotency-key': key }

  const placeOrder = (token: string, items: Items, { key, headers, fields = {} }: PlacingOptions = {}) =>
    request<PlacedOrder & ProblemAnswer>('POST', '/api/orders', {
      token,
      body: { items, ...fields },
      headers: withKey(key, headers),
    })

  return {
    placeOrder,
    readOrder: (token: string, orderId: string) => request<Order>('GET', `/api/orders/${orderId}`, { token }),
    readStatus: (token: string, orderId: string, headers: Record<string, string> = {}) =>
      request<OrderStatusAnswer>('GET', `/api/orders/${orderId}/status`, { token, headers }),
    /** @param query with its question mark, or empty */
    listOrders: (token: string, query = '') => request<OrderPage>('GET', `/api/orders${query}`, { token }),
    cancelOrder: (token: string, orderId: string) =>
      request<OrderStatusAnswer>('POST', `/api/orders/${orderId}/cancel`, { token }),
    /** Opens a payment attempt, or returns the open one. `anotherPayer` opens a further one. */
    openPayment: (token: string, orderId: string, options: OpeningOptions = {}) =>
      request<OrderPayment & ProblemAnswer>('POST', `/api/orders/${orderId}/payment`, { token, body: options }),
    requestRefund: (admin: string, orderId: string, body: RefundBody, key?: string) =>
      request<Refund & ProblemAnswer>('POST', `/api/admin/orders/${orderId}/refunds`, {
        token: admin,
        body,
        headers: withKey(key),
      }),
    putProduct: (admin: string, sku: string, product: { title: string; priceFen: number }) =>
      request<ProblemAnswer>('PUT', `/api/admin/products/${sku}`, { token: admin, body: product }),
    /** @param adjustment.key keeps a repeated request from adding the units twice */
    adjustStock: (admin: string, sku: string, adjustment: { delta: number; reason: string; key?: string }) => {
      const { key, ...body } = adjustment
      return request<ProblemAnswer>('POST', `/api/admin/stock/${sku}/adjustments`, {
        token: admin,
        body,
        headers: withKey(key),
      })
    },
    /** Waits until order-service, which receives products through Kafka, can sell these. */
    async untilOrderable(token: string, skus: readonly string[], timeoutMs = 30_000): Promise<void> {
      for (let from = 0; from < skus.length; from += linesMax) {
        const items = skus.slice(from, from + linesMax).map(sku => ({ sku, quantity: tooManyUnits }))
        await waitUntil(
          async () => {
            const { status, text } = await placeOrder(token, items)
            return text.includes('too-many-units') || Promise.reject(new Error(`${status} ${text.slice(0, 200)}`))
          },
          { what: 'the products can be ordered', timeoutMs },
        )
      }
    },
  }
}
