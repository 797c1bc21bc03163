import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { jwt, notifyFields, signNotify, signQuote, waitUntil } from '@alipay-checkout/test-support'
import { type Dispatcher, Pool } from 'undici'
import { watchPaidOrders } from './paid-orders.ts'

/** The methods whose payment is signed without a call to Alipay. */
export const methods = ['alipay_page', 'alipay_wap', 'alipay_app'] as const
export type Method = (typeof methods)[number]

/** Where the measured system is reached. */
export interface ShopAddress {
  gatewayUrl: string
  simulatorUrl: string
  redisUrl: string
  jwtSecret: string
  quoteSecret: string
  /** Requests under way at the same time, at the gateway and at the simulator each. */
  connections: number
  /** How orders are paid. */
  method: Method
  /** The merchant, and the file with the key that Alipay signs with. */
  alipay: { appId: string; sellerId: string; privateKeyFile: string }
}

interface HttpResponse {
  status: number
  text: string
  /** Of a redirect. */
  location: string | undefined
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
  /** What its buyer brings to Alipay: Alipay's page, or an order string. */
  target: { url: string } | { orderString: string }
  /** The response came before the stock result or Alipay's link, so the link of the gateway had to be followed. */
  isLate: boolean
}

interface PlacedBody {
  order: { orderId: string }
  paymentUrl: string
  payment: { orderString?: string }
}

/** A paid trade at Alipay. */
export interface PaidTrade {
  outTradeNo: string
  /** Alipay's number. */
  tradeNo: string
  totalFen: number
}

/** `full`: with an address, a note, a reference, metadata and a signed quote. */
export type OrderKind = 'plain' | 'full'

export type Shop = Awaited<ReturnType<typeof openShop>>

/** Each may have 20 unpaid orders, so that 100,000 orders can be placed without being paid. */
const customers = 5_000
const adjustments = [
  { type: 'shipping' as const, label: '运费 Shipping', amountFen: 20 },
  { type: 'discount' as const, label: '优惠 Discount', amountFen: -10 },
]
const sameDetails = {
  metadata: { channel: 'mini', campaign: 'bench' },
  note: '请放在门口 Please leave it at the door',
  shipTo: {
    name: '测试 Bench',
    phone: '13800000000',
    province: '浙江省',
    city: '杭州市',
    district: '西湖区',
    street: '文三路 100 号',
    postalCode: '310000',
  },
}
const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

/** The shop and Alipay as shoppers use them. A shopper is a number. Calls throw `Refused` for any other response. */
export async function openShop({
  jwtSecret: secret,
  quoteSecret,
  alipay,
  gatewayUrl,
  method,
  ...address
}: ShopAddress) {
  const gateway = openPool(gatewayUrl, address.connections)
  const simulator = openPool(address.simulatorUrl, address.connections)
  const bearers = Array.from({ length: customers }, (_, index) => `Bearer ${jwt(`bench-${index}`, { secret })}`)
  const admin = { authorization: `Bearer ${jwt('bench', { role: 'admin', secret })}` }
  const alipayKey = createPrivateKey(readFileSync(alipay.privateKeyFile, 'utf8'))
  const paid = await watchPaidOrders(address.redisUrl, async orderId => {
    const { text } = await send(gateway, 'GET', `/api/admin/orders/${orderId}/timeline`, admin)
    return text.includes('PAID')
  })
  const wish = method === 'alipay_page' ? '' : `,"paymentMethod":"${method}"`
  const bearer = (shopper: number) => bearers[shopper % customers]!
  const run = Date.now()
  let placed = 0
  function detailsOf(shopper: number, sku: string): string {
    const items = [{ sku, quantity: 1 }]
    const claims = { sub: `bench-${shopper % customers}`, items, adjustments }
    const details = { reference: `bench-${run}-${placed++}`, ...sameDetails, quote: signQuote(claims, quoteSecret) }
    return `,${JSON.stringify(details).slice(1, -1)}`
  }
  async function post(
    shopper: number,
    sku: string,
    { kind = 'plain', more = {} }: { kind?: OrderKind; more?: Record<string, string> } = {},
  ): Promise<HttpResponse> {
    const headers = { ...json, ...more, authorization: bearer(shopper) }
    const details = kind === 'full' ? detailsOf(shopper, sku) : ''
    const body = `{"items":[{"sku":"${sku}","quantity":1}]${wish}${details}}`
    const response = await send(gateway, 'POST', '/api/orders', headers, body)
    if (response.status > 202) throw new Refused('POST /api/orders', response)
    return response
  }
  return {
    gatewayUrl,
    paid,
    bearer,
    /** Places an order of one unit and waits for the link to Alipay. */
    async place(shopper: number, sku: string, kind: OrderKind = 'plain'): Promise<PlacedOrder> {
      const { text } = await post(shopper, sku, { kind })
      const { order, paymentUrl, payment } = JSON.parse(text) as PlacedBody
      const { orderId } = order
      const { orderString } = payment
      if (orderString !== undefined) return { orderId, shopper, isLate: false, target: { orderString } }
      const isLate = paymentUrl.endsWith(`/pay/${orderId}`)
      const url = isLate ? await followLink(gateway, orderId) : paymentUrl
      return { orderId, shopper, isLate, target: { url } }
    },
    /** Places an order without waiting for the stock; returns its id. */
    async placeAsync(shopper: number, sku: string): Promise<string> {
      const { text } = await post(shopper, sku, { more: { prefer: 'respond-async' } })
      return (JSON.parse(text) as { order: { orderId: string } }).order.orderId
    },
    /** Signs a notify as Alipay does: the form to post. */
    signNotify(trade: PaidTrade): string {
      // Beijing has no daylight saving time.
      const now = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
      const { tradeNo: trade_no } = trade
      const changes = { trade_no, notify_id: `bench${trade_no}`, notify_time: now, gmt_create: now, gmt_payment: now }
      return signNotify(notifyFields(alipay, trade, changes), alipayKey).toString()
    },
    /** Posts a notify as Alipay does and waits for `success`. */
    async notify(body: string): Promise<void> {
      const response = await send(gateway, 'POST', '/api/payment/notify', form, body)
      if (response.text !== 'success') throw new Refused('POST /api/payment/notify', response)
    },
    /** Pays at the simulator and returns Alipay's number of the trade. */
    async pay({ target }: PlacedOrder): Promise<string> {
      const body = JSON.stringify({ ...target, withReturnUrl: false })
      const response = await send(simulator, 'POST', '/simulator/pay', json, body)
      if (response.status !== 200) throw new Refused('POST /simulator/pay', response)
      return (JSON.parse(response.text) as { tradeNo: string }).tradeNo
    },
    async close(): Promise<void> {
      paid.close()
      await Promise.all([gateway.destroy(), simulator.destroy()])
    },
  }
}

const openPool = (origin: string, connections: number) =>
  new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 30_000 })

/**
 * Sends a request with little CPU time, because the load shares the machine with the measured system. Rejects when no
 * response arrives.
 */
function send(
  pool: Pool,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string>,
  body: string | null = null,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const response: HttpResponse = { status: 0, text: '', location: undefined }
    const handler: Dispatcher.DispatchHandler = {
      // undici requires this method of a handler of this kind.
      onRequestStart() {},
      onResponseStart(_controller, status, { location }) {
        response.status = status
        if (typeof location === 'string') response.location = location
      },
      onResponseData(_controller, chunk) {
        // The fields that are read are ASCII, so a character that is split between two chunks does no harm.
        response.text += chunk.toString('latin1')
      },
      onResponseEnd: () => resolve(response),
      onResponseError: (_controller, error) => reject(error),
    }
    pool.dispatch({ method, path, headers, body }, handler)
  })
}

/** Where the gateway's own link redirects once the payment is open. */
function followLink(gateway: Pool, orderId: string): Promise<string> {
  return waitUntil(async () => (await send(gateway, 'GET', `/pay/${orderId}`, {})).location, {
    what: `/pay/${orderId} redirects to Alipay`,
    timeoutMs: 30_000,
    everyMs: 200,
  })
}
