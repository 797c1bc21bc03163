import type { Order, OrderStatusAnswer, PlacedOrder } from '@alipay-checkout/contracts'
import {
  jwt,
  type OrderFields,
  type PaymentWish,
  type ProblemAnswer,
  shopClient,
  uniqueName,
  waitUntil,
} from '@alipay-checkout/test-support'
import { pay } from './alipay.ts'
import type { TestedDatabases } from './databases.ts'
import { type Answer, call } from './http.ts'
import { system } from './system.ts'

/** A customer that no other test uses. */
export interface Customer {
  id: string
  token: string
}

export function newCustomer(): Customer {
  const id = uniqueName('customer')
  return { id, token: jwt(id) }
}

/** Quantities by SKU. */
export type Basket = Record<string, number>

interface GatewayOptions {
  /** Instead of the first gateway. */
  base?: string
  headers?: Record<string, string>
  /** What the order has besides its lines. */
  fields?: OrderFields
}

export const admin = jwt('admin-of-tests', { role: 'admin' })

const shopAt = (base = system.gatewayUrl) =>
  shopClient((method, path, options) => call(method, path, { ...options, base }))

export const shop = shopAt()

/** Places an order. Resolves to the response, whatever its status. */
export function tryToPlace(
  { token }: Customer,
  basket: Basket,
  { base, key, headers, fields }: GatewayOptions & { key?: string } = {},
): Promise<Answer<PlacedOrder & ProblemAnswer>> {
  const items = Object.entries(basket).map(([sku, quantity]) => ({ sku, quantity }))
  return shopAt(base).placeOrder(token, items, { key, headers, fields })
}

/**
 * Places an order, and returns it with Alipay's link once its stock is reserved.
 *
 * @throws Error with the response when it is refused
 */
export async function place(customer: Customer, basket: Basket, options: GatewayOptions = {}): Promise<PlacedOrder> {
  const { status, text, body } = await tryToPlace(customer, basket, options)
  if (status === 201) return body
  if (status !== 202) throw new Error(`the order was answered ${status}: ${text}`)
  // On a busy machine the stock result may come after the shop has stopped waiting for it.
  const { orderId } = body.order
  const { paymentMethod: method, ...wish } = paymentOf(options.fields)
  await untilOrderIs(customer, orderId, 'PENDING_PAYMENT')
  const [order, payment] = await Promise.all([
    readOrder(customer, orderId),
    shop.openPayment(customer.token, orderId, { ...wish, ...(method && { method }) }),
  ])
  const { paymentUrl, tradeNo } = payment.body
  return { order: order.body, paymentUrl, tradeNo, payment: payment.body }
}

/** Places an order and pays it. Returns its id and Alipay's number of the trade. */
export async function placePaid(
  customer: Customer,
  basket: Basket,
  options: GatewayOptions = {},
): Promise<{ orderId: string; tradeNo: string }> {
  const { order, paymentUrl } = await place(customer, basket, options)
  const { tradeNo } = await pay(paymentUrl)
  await untilOrderIs(customer, order.orderId, 'PAID')
  return { orderId: order.orderId, tradeNo }
}

function paymentOf({ paymentMethod, instalments, buyerOpenId, buyerId }: OrderFields = {}): PaymentWish {
  return {
    ...(paymentMethod && { paymentMethod }),
    ...(instalments && { instalments }),
    ...(buyerOpenId && { buyerOpenId }),
    ...(buyerId && { buyerId }),
  }
}

/** Places an order without waiting for the stock, and so without opening a payment. */
export async function placeUnopened(customer: Customer, basket: Basket, options: GatewayOptions = {}): Promise<Order> {
  const answer = await tryToPlace(customer, basket, { ...options, headers: { prefer: 'respond-async' } })
  if (answer.status !== 202) throw new Error(`the order was answered ${answer.status}: ${answer.text}`)
  return answer.body.order
}

export const cancel = ({ token }: Customer, orderId: string) => shop.cancelOrder(token, orderId)

export const readOrder = ({ token }: Customer, orderId: string) => shop.readOrder(token, orderId)

export const listOrders = ({ token }: Customer, query = '') => shop.listOrders(token, query)

export const readStatus = ({ token }: Customer, orderId: string, { base, headers }: GatewayOptions = {}) =>
  shopAt(base).readStatus(token, orderId, headers)

/** Waits until an order is in one of these states, and returns which. */
export function untilOrderIs(
  customer: Customer,
  orderId: string,
  wanted: Order['orderStatus'] | Order['orderStatus'][],
  timeoutMs = 15_000,
): Promise<OrderStatusAnswer['orderStatus']> {
  const states = [wanted].flat()
  return waitUntil(
    async () => {
      const { status, body, text } = await readStatus(customer, orderId)
      if (status !== 200) throw new Error(`${status} ${text}`)
      if (states.includes(body.orderStatus)) return body.orderStatus
      throw new Error(`it is ${body.orderStatus}`)
    },
    { what: `the order is ${states.join(' or ')}`, timeoutMs },
  )
}

/** Puts a product that no other test uses on sale. Returns its SKU once order-service can sell it. */
export async function newProduct(
  databases: TestedDatabases,
  { units, priceFen = 12_900, title = '测试茶 Test tea' }: { units: number; priceFen?: number; title?: string },
): Promise<string> {
  const sku = uniqueName('sku')
  await setPrice(sku, priceFen, title)
  if (units > 0) await ok(shop.adjustStock(admin, sku, { delta: units, reason: 'system test' }))
  await waitUntil(() => databases.orderServicePriceOf(sku), { what: `${sku} can be ordered` })
  return sku
}

export async function setPrice(sku: string, priceFen: number, title = '测试茶 Test tea'): Promise<void> {
  await ok(shop.putProduct(admin, sku, { title, priceFen }))
}

/** The body of a response with this status. @throws Error with the response otherwise */
export async function ok<Body>(answer: Promise<Answer<Body>>, wanted = 200): Promise<Body> {
  const { status, text, body } = await answer
  if (status !== wanted) throw new Error(`answered ${status}: ${text}`)
  return body
}
