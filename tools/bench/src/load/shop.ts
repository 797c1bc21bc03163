import { jwt, waitUntil } from '@alipay-checkout/test-support'
import { type HttpClient, type HttpResponse, openHttpClient } from './http-client.ts'
import { type PaidOrders, watchPaidOrders } from './paid-orders.ts'

/** Where the measured system is reached. */
export interface ShopAddress {
  gatewayUrl: string
  simulatorUrl: string
  redisUrl: string
  jwtSecret: string
  /** Requests under way at the same time, at the gateway and at the simulator each. */
  connections: number
}

/** An unexpected response. */
export class Refused extends Error {
  readonly status: number

  constructor(what: string, { status, text }: HttpResponse) {
    super(`${what} answered ${status}: ${text.slice(0, 200)}`)
    this.name = 'Refused'
    this.status = status
  }
}

export interface PlacedOrder {
  orderId: string
  /** The number of the shopper who placed it. */
  shopper: number
  /** Alipay's page. */
  paymentUrl: string
  /** The response came before the stock result or Alipay's link, so the link of the gateway had to be followed. */
  isLate: boolean
}

/** The shop and Alipay as shoppers use them. A shopper is a number. */
export interface Shop {
  paid: PaidOrders
  bearer(shopper: number): string
  /** Places an order of one unit and waits for the link to Alipay. @throws Refused */
  place(shopper: number, sku: string): Promise<PlacedOrder>
  /** Places an order without waiting for the stock; returns its id. @throws Refused */
  placeAsync(shopper: number, sku: string): Promise<string>
  /** Posts a notify as Alipay does and waits for `success`. @throws Refused */
  notify(form: string): Promise<void>
  /** Pays at the simulator and returns Alipay's number of the trade. @throws Refused */
  pay(order: PlacedOrder): Promise<string>
  close(): Promise<void>
}

/** Each may have 20 unpaid orders, so that 100,000 orders can be placed without being paid. */
const customers = 5_000
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

export async function openShop({ jwtSecret: secret, ...address }: ShopAddress): Promise<Shop> {
  const gateway = openHttpClient(address.gatewayUrl, address.connections)
  const simulator = openHttpClient(address.simulatorUrl, address.connections)
  const bearers = Array.from({ length: customers }, (_, index) => `Bearer ${jwt(`bench-${index}`, { secret })}`)
  const admin = { authorization: `Bearer ${jwt('bench', { role: 'admin', secret })}` }
  const paid = await watchPaidOrders(address.redisUrl, async orderId => {
    const { text } = await gateway.send('GET', `/api/admin/orders/${orderId}/timeline`, admin)
    return text.includes('PAID')
  })
  const bearer = (shopper: number) => bearers[shopper % customers]!
  const post = (shopper: number, sku: string, headers: Record<string, string>) =>
    gateway.send(
      'POST',
      '/api/orders',
      { ...json, ...headers, authorization: bearer(shopper) },
      `{"items":[{"sku":"${sku}","quantity":1}]}`,
    )
  return {
    paid,
    bearer,
    async place(shopper, sku) {
      const response = await post(shopper, sku, {})
      if (response.status > 202) throw new Refused('POST /api/orders', response)
      const { order, paymentUrl } = JSON.parse(response.text) as { order: { orderId: string }; paymentUrl: string }
      const { orderId } = order
      const isLate = paymentUrl.endsWith(`/pay/${orderId}`)
      return { orderId, shopper, isLate, paymentUrl: isLate ? await followLink(gateway, orderId) : paymentUrl }
    },
    async placeAsync(shopper, sku) {
      const response = await post(shopper, sku, { prefer: 'respond-async' })
      if (response.status !== 202) throw new Refused('POST /api/orders', response)
      return (JSON.parse(response.text) as { order: { orderId: string } }).order.orderId
    },
    async notify(body) {
      const response = await gateway.send('POST', '/api/payment/notify', form, body)
      if (response.text !== 'success') throw new Refused('POST /api/payment/notify', response)
    },
    async pay({ paymentUrl }) {
      const body = JSON.stringify({ url: paymentUrl, withReturnUrl: false })
      const response = await simulator.send('POST', '/simulator/pay', json, body)
      if (response.status !== 200) throw new Refused('POST /simulator/pay', response)
      return (JSON.parse(response.text) as { tradeNo: string }).tradeNo
    },
    async close() {
      paid.close()
      await Promise.all([gateway.close(), simulator.close()])
    },
  }
}

/** Where the gateway's own link redirects once the payment is open. */
function followLink(gateway: HttpClient, orderId: string): Promise<string> {
  return waitUntil(async () => (await gateway.send('GET', `/pay/${orderId}`, {})).location, {
    what: `/pay/${orderId} redirects to Alipay`,
    timeoutMs: 30_000,
    everyMs: 200,
  })
}
