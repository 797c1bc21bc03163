import type {
  OrderPage,
  OrderPayment,
  OrderStatusAnswer,
  OwnOrder,
  PlacedOrder,
  PlaceOrderBody,
  ProblemBody,
  Product,
  ProductList,
} from '@alipay-checkout/contracts'
import type { Offer } from './basket.ts'
import type { ReturnLink } from './return-link.ts'
import { linkQuery } from './return-link.ts'
import { learnTime } from './server-clock.ts'
import { session } from './session.ts'

/** A problem response of the API: `type` is the last segment of the problem's type. */
export class ApiProblem extends Error {
  readonly type: string
  readonly status: number
  readonly body: ProblemBody

  constructor(body: ProblemBody) {
    super(body.detail)
    this.type = body.type.slice(body.type.lastIndexOf('/') + 1)
    this.status = body.status
    this.body = body
  }
}

/** No response came: the request may or may not have arrived. */
export class NoAnswer extends Error {}

const timeoutMs = 15_000
/**
 * Pauses between attempts to place an order, ms. Together longer than the 10 s for which the API takes an attempt that
 * died for running (`request-in-flight`).
 */
const placingPausesMs = [500, 1_000, 2_000, 8_000]

async function call<T>(method: string, path: string, options: { body?: unknown; headers?: object } = {}): Promise<T> {
  const headers = new Headers({ ...options.headers })
  const token = session.get()?.token
  if (token) headers.set('authorization', `Bearer ${token}`)
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  const body = options.body === undefined ? null : JSON.stringify(options.body)
  let answer: Response
  let text: string
  try {
    answer = await fetch(path, { method, headers, body, signal: AbortSignal.timeout(timeoutMs) })
    learnTime(answer.headers.get('date'))
    text = await answer.text()
  } catch (error) {
    throw new NoAnswer((error as Error).message)
  }
  if (answer.ok) return JSON.parse(text) as T
  if (answer.status === 401) session.set(null)
  throw new ApiProblem(readProblem(answer.status, text))
}

function readProblem(status: number, text: string): ProblemBody {
  try {
    const body = JSON.parse(text) as ProblemBody
    if (typeof body.type === 'string') return body
  } catch {}
  // A page of a proxy, for example.
  return { type: '/problems/internal-error', title: '', status, detail: '' }
}

/**
 * Places an order. After a lost connection, a server error, or while the first attempt is still running, the request is
 * sent again with the same idempotency key, so that only one order is placed however often it arrives.
 */
export async function placeOrder(order: Omit<PlaceOrderBody, 'paymentMethod'>, key: string): Promise<PlacedOrder> {
  for (const pauseMs of placingPausesMs) {
    try {
      return await postOrder(order, key)
    } catch (error) {
      if (!mayRepeat(error)) throw error
      await new Promise(resolve => setTimeout(resolve, pauseMs))
    }
  }
  return postOrder(order, key)
}

function postOrder(order: Omit<PlaceOrderBody, 'paymentMethod'>, key: string): Promise<PlacedOrder> {
  return call('POST', '/api/orders', { body: { ...order, paymentMethod: 'auto' }, headers: { 'idempotency-key': key } })
}

/** Fetches what the shop's pricing grants for these lines. A real shop would ask its own server. */
export const fetchQuote = (items: PlaceOrderBody['items']) =>
  call<Offer>('POST', '/api/demo/quote', { body: { items } })

function mayRepeat(error: unknown): boolean {
  if (error instanceof NoAnswer) return true
  return error instanceof ApiProblem && (error.status >= 500 || error.type === 'request-in-flight')
}

export const fetchProduct = (sku: string) => call<Product>('GET', `/api/products/${encodeURIComponent(sku)}`)
export const fetchProducts = (cursor: string | null) =>
  call<ProductList>('GET', `/api/products${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`)
export const fetchOrder = (orderId: string) => call<OwnOrder>('GET', `/api/orders/${encodeURIComponent(orderId)}`)
export const cancelOrder = (orderId: string) =>
  call<OrderStatusAnswer>('POST', `/api/orders/${encodeURIComponent(orderId)}/cancel`)

const openPayment = (orderId: string, body: object) =>
  call<OrderPayment>('POST', `/api/orders/${encodeURIComponent(orderId)}/payment`, { body })

/** Opens a payment for another Alipay account: Alipay ties a payment page to the account that opened it first. */
export const payFromAnotherAccount = (orderId: string) => openPayment(orderId, { method: 'auto', anotherPayer: true })

/**
 * Fetches Alipay's order code (订单码), which the Alipay app scans. Where the shop does not offer it, or Alipay can not be
 * reached, it is a QR code of the payment link instead, which has no `qrCode`.
 */
export async function fetchPaymentCode(orderId: string): Promise<OrderPayment> {
  try {
    return await openPayment(orderId, { method: 'alipay_qr' })
  } catch (error) {
    const other = error instanceof ApiProblem && (error.status >= 500 || error.type === 'payment-method-unavailable')
    if (!other) throw error
    return openPayment(orderId, { method: 'auto', as: 'qr' })
  }
}

export function fetchOrders(cursor: string | null): Promise<OrderPage> {
  return call('GET', `/api/orders?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
}

/** Reads the status as the holder of the return link, or without one as the customer who is signed in. */
export function fetchStatus(orderId: string, link: ReturnLink | null): Promise<OrderStatusAnswer> {
  return call('GET', `/api/orders/${encodeURIComponent(orderId)}/status${link ? `?${linkQuery(link)}` : ''}`)
}

export async function signIn(name: string): Promise<void> {
  const { token } = await call<{ token: string }>('POST', '/demo/login', { body: { name } })
  session.set({ token, name: name.trim() })
}
