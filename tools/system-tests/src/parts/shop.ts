import type { Order, OrderPage, OrderStatusAnswer, PlacedOrder } from '@alipay-checkout/contracts'
import { jwt, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import type { Books } from './books.ts'
import { type Answer, type CallOptions, call, type ProblemAnswer } from './http.ts'

/** Somebody who shops, known to no other test. */
export interface Customer {
  id: string
  token: string
}

export function newCustomer(): Customer {
  const id = uniqueName('customer')
  return { id, token: jwt(id) }
}

/** Lines of a basket: quantities by SKU. */
export type Basket = Record<string, number>

/** Who speaks, and how. */
type By = Pick<CallOptions, 'base' | 'headers'>

const linesOf = (basket: Basket) => Object.entries(basket).map(([sku, quantity]) => ({ sku, quantity }))

/** Places an order, whatever comes of it. */
export function tryToPlace(
  { token }: Customer,
  basket: Basket,
  options: By & { key?: string } = {},
): Promise<Answer<PlacedOrder & ProblemAnswer>> {
  const { key, headers, ...rest } = options
  const withKey = { ...headers, ...(key === undefined ? {} : { 'idempotency-key': key }) }
  return call('POST', '/api/orders', { token, body: { items: linesOf(basket) }, headers: withKey, ...rest })
}

/**
 * Places an order, and gives it back once its stock is held, with Alipay's link.
 *
 * @throws Error with the answer when it is refused
 */
export async function place(customer: Customer, basket: Basket, options: By = {}): Promise<PlacedOrder> {
  const { status, text, body } = await tryToPlace(customer, basket, options)
  if (status === 201) return body
  if (status !== 202) throw new Error(`the order was answered ${status}: ${text}`)
  // On a machine that is busy the verdict may come later than the shop waits for it.
  const { orderId } = body.order
  await untilOrderIs(customer, orderId, 'PENDING_PAYMENT')
  const { token } = customer
  const [order, payment] = await Promise.all([
    readOrder(customer, orderId),
    call<PlacedOrder>('POST', `/api/orders/${orderId}/payment`, { token, body: { as: 'url' } }),
  ])
  return { ...payment.body, order: order.body }
}

/** Places an order without waiting for the stock, so that nobody is sent to Alipay with it. */
export async function placeUnopened(customer: Customer, basket: Basket, options: By = {}): Promise<Order> {
  const answer = await tryToPlace(customer, basket, { ...options, headers: { prefer: 'respond-async' } })
  if (answer.status !== 202) throw new Error(`the order was answered ${answer.status}: ${answer.text}`)
  return answer.body.order
}

export const cancel = ({ token }: Customer, orderId: string) =>
  call<OrderStatusAnswer>('POST', `/api/orders/${orderId}/cancel`, { token })

export const readOrder = ({ token }: Customer, orderId: string) =>
  call<Order>('GET', `/api/orders/${orderId}`, { token })

export const listOrders = ({ token }: Customer, query = '') => call<OrderPage>('GET', `/api/orders${query}`, { token })

export const readStatus = ({ token }: Customer, orderId: string, options: By = {}) =>
  call<OrderStatusAnswer>('GET', `/api/orders/${orderId}/status`, { token, ...options })

/** Waits until the shop says that an order is in one of these states, and gives back which. */
export function untilOrderIs(
  customer: Customer,
  orderId: string,
  wanted: Order['orderStatus'] | Order['orderStatus'][],
  timeoutMs = 15_000,
): Promise<Order['orderStatus']> {
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

const admin = jwt('admin-of-tests', { role: 'admin' })

/** Puts a product that no other test uses on sale. Gives back its SKU when it can be ordered. */
export async function newProduct(
  books: Books,
  { units, priceFen = 12_900, title = '测试茶 Test tea' }: { units: number; priceFen?: number; title?: string },
): Promise<string> {
  const sku = uniqueName('sku')
  await setPrice(sku, priceFen, title)
  if (units > 0) await adjustStock(sku, units)
  await waitUntil(() => books.shopPriceOf(sku), { what: `${sku} can be ordered` })
  return sku
}

export async function setPrice(sku: string, priceFen: number, title = '测试茶 Test tea'): Promise<void> {
  await expectOk(call('PUT', `/api/admin/products/${sku}`, { token: admin, body: { title, priceFen } }))
}

async function adjustStock(sku: string, delta: number): Promise<void> {
  const body = { delta, reason: 'system test' }
  await expectOk(call('POST', `/api/admin/stock/${sku}/adjustments`, { token: admin, body }))
}

async function expectOk(answer: Promise<Answer<unknown>>): Promise<void> {
  const { status, text } = await answer
  if (status !== 200) throw new Error(`answered ${status}: ${text}`)
}
