import { setTimeout as delay } from 'node:timers/promises'
import { signToken } from '@alipay-checkout/launcher'
import { type HttpClient, openHttpClient, textField } from './http-client.ts'
import { type PaidOrders, watchPaidOrders } from './paid-orders.ts'

/** Where the measured system is reached. */
export interface ShopAddress {
  gatewayUrl: string
  simulatorUrl: string
  redisUrl: string
  jwtSecret: string
  /** Connections to the gateway and to the simulator, each: as many requests can be under way. */
  connections: number
}

/** What was put into a basket. */
export type Items = readonly { sku: string; quantity: number }[]

/** An answer that is not what was asked for. */
export class Refused extends Error {
  readonly status: number

  constructor(what: string, status: number, text: string) {
    super(`${what} answered ${status}: ${text.slice(0, 200)}`)
    this.name = 'Refused'
    this.status = status
  }
}

export interface PlacedOrder {
  orderId: string
  /** Alipay's page, as JSON text, ready to be sent on. */
  paymentUrl: string
  /** The stock's verdict or Alipay's link took too long to be in the answer: the shop's own link led there later. */
  late: boolean
}

/** A shop and Alipay, as shoppers use them. Shoppers are numbers; each has a token of its own. */
export interface Shop {
  gateway: HttpClient
  paid: PaidOrders
  bearer(shopper: number): string
  /** Places and waits until the shopper can be sent to Alipay. @throws Refused */
  place(shopper: number, body: string): Promise<PlacedOrder>
  /** Places without waiting for the stock. Gives back the order's id. @throws Refused */
  placeUnopened(shopper: number, body: string): Promise<string>
  /** Posts a notify as Alipay does. Resolves when it was answered `success`. @throws Refused */
  notify(form: string): Promise<void>
  /** Lets Alipay take the money. Resolves when it has, with Alipay's number. @throws Refused */
  pay(order: PlacedOrder): Promise<string>
  close(): Promise<void>
}

/** Different shoppers. Each can have 20 unpaid orders, so that 100,000 orders can be placed and left unpaid. */
const customers = 5_000
const followTimeoutMs = 30_000
const followEveryMs = 200

export async function openShop(address: ShopAddress): Promise<Shop> {
  const gateway = openHttpClient(address.gatewayUrl, address.connections)
  const simulator = openHttpClient(address.simulatorUrl, address.connections)
  const bearers = Array.from(
    { length: customers },
    (_, index) => `Bearer ${signToken(address.jwtSecret, `bench-${index}`)}`,
  )
  const orderHeaders = bearers.map(authorization => ({ authorization, 'content-type': 'application/json' }))
  const notifyHeaders = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const payHeaders = { 'content-type': 'application/json' }
  const admin = { authorization: `Bearer ${signToken(address.jwtSecret, 'bench', 'admin')}` }
  const paid = await watchPaidOrders(address.redisUrl, async orderId => {
    const { text } = await gateway.send('GET', `/api/admin/orders/${orderId}/timeline`, admin)
    return text.includes('PAID')
  })
  return {
    gateway,
    paid,
    bearer: shopper => bearers[shopper % customers]!,
    async place(shopper, body) {
      const answer = await gateway.send('POST', '/api/orders', orderHeaders[shopper % customers]!, body)
      const orderId = textField(answer.text, 'orderId')
      const paymentUrl = textField(answer.text, 'paymentUrl')
      if (answer.status > 202 || !orderId || !paymentUrl) {
        throw new Refused('POST /api/orders', answer.status, answer.text)
      }
      const late = paymentUrl.endsWith(`/pay/${orderId}`)
      return { orderId, late, paymentUrl: late ? await followOwnLink(gateway, orderId) : paymentUrl }
    },
    async placeUnopened(shopper, body) {
      const headers = { ...orderHeaders[shopper % customers]!, prefer: 'respond-async' }
      const answer = await gateway.send('POST', '/api/orders', headers, body)
      const orderId = textField(answer.text, 'orderId')
      if (answer.status === 202 && orderId) return orderId
      throw new Refused('POST /api/orders', answer.status, answer.text)
    },
    async notify(form) {
      const answer = await gateway.send('POST', '/api/payment/notify', notifyHeaders, form)
      if (answer.text !== 'success') throw new Refused('POST /api/payment/notify', answer.status, answer.text)
    },
    async pay({ paymentUrl }) {
      const body = `{"url":"${paymentUrl}","withReturnUrl":false}`
      const answer = await simulator.send('POST', '/simulator/pay', payHeaders, body)
      const tradeNo = textField(answer.text, 'tradeNo')
      if (answer.status === 200 && tradeNo) return tradeNo
      throw new Refused('POST /simulator/pay', answer.status, answer.text)
    },
    async close() {
      paid.close()
      await Promise.all([gateway.close(), simulator.close()])
    },
  }
}

/** Where the shop's own link leads, once it leads anywhere. Shoppers try again by hand; we do so a little faster. */
async function followOwnLink(gateway: HttpClient, orderId: string): Promise<string> {
  const giveUpAt = performance.now() + followTimeoutMs
  for (;;) {
    const answer = await gateway.send('GET', `/pay/${orderId}`, {})
    if (answer.location !== undefined) return JSON.stringify(answer.location).slice(1, -1)
    if (performance.now() > giveUpAt) throw new Refused(`GET /pay/${orderId}`, answer.status, answer.text)
    await delay(followEveryMs)
  }
}

/** The body of an order, as it is sent. */
export function orderBody(items: Items): string {
  return JSON.stringify({ items })
}
