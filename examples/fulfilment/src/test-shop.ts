import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { takeOff } from './on-order-events.ts'
import type { LineUnits } from './tables.ts'

interface TestOrder {
  orderId: string
  status: 'PAID' | 'REFUNDED'
  left: LineUnits[]
  hasAddress: boolean
  shipments: { key: string; body: string; answer: object; lines: LineUnits[] }[]
}

/** The data of an OrderRefunded, as far as the warehouse reads it. */
export type Refunded = { orderId: string; isWhole: boolean; lines: LineUnits[]; shippedLines: LineUnits[] }

export interface TestShop {
  url: string
  /** Adds a paid order. */
  pay(orderId: string, lines: LineUnits[], options?: { hasAddress?: boolean }): void
  /** Refunds these units, or the whole, and returns what the event says. */
  refund(orderId: string, lines?: LineUnits[]): Refunded
  shipmentsOf(orderId: string): LineUnits[][]
  /** Answers the next requests with 503, or accepts them without answering. */
  fail(count: number, how?: '503' | 'answer lost'): void
  /** Authorization headers of all requests. */
  tokens: string[]
  close(): Promise<void>
}

const address = {
  name: '李雷',
  phone: '13800138000',
  province: '浙江',
  city: '杭州',
  district: '西湖',
  street: '1',
}

/** The two routes of the gateway, with order-service's rules for shipments. */
export async function startTestShop(): Promise<TestShop> {
  const orders = new Map<string, TestOrder>()
  const tokens: string[] = []
  let failures: ('503' | 'answer lost')[] = []

  function report(order: TestOrder, key: string, body: string): [status: number, answer: object] {
    const repeated = order.shipments.find(shipment => shipment.key === key)
    if (repeated) return repeated.body === body ? [200, repeated.answer] : problem(422, 'idempotency-key-reused')
    if (order.status !== 'PAID') return problem(409, 'order-not-shippable')
    if (order.left.length === 0) return problem(409, 'shipment-exceeds-order')
    const lines = order.left
    const shipmentId = `shp_${order.orderId.slice(4)}_${order.shipments.length + 1}`
    const answer = {
      shipmentId,
      orderId: order.orderId,
      ...JSON.parse(body),
      lines,
      shippedAt: '2026-11-24T02:30:11.000Z',
    }
    order.shipments.push({ key, body, answer, lines })
    order.left = []
    return [201, answer]
  }

  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const [, orderId = '', route = ''] = /^\/api\/admin\/orders\/(\w+)\/(\w+)$/.exec(request.url ?? '') ?? []
    tokens.push(request.headers.authorization ?? '')
    const failure = failures.shift()
    const order = orders.get(orderId)
    const [status, answer] =
      failure === '503'
        ? problem(503, 'service-unavailable')
        : route === 'recipient'
          ? [200, { orderId, ...(order?.hasAddress && { shipTo: address }) }]
          : order
            ? report(order, String(request.headers['idempotency-key']), body)
            : problem(409, 'order-not-shippable')
    if (failure === 'answer lost') return request.socket.destroy()
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    pay(orderId, lines, { hasAddress = true } = {}) {
      orders.set(orderId, { orderId, status: 'PAID', left: lines, hasAddress, shipments: [] })
    },
    refund(orderId, lines) {
      const order = orders.get(orderId)
      if (!order) throw new Error(`there is no order ${orderId}`)
      const shipped = order.shipments.flatMap(shipment => shipment.lines)
      const refunded = lines ?? [...order.left, ...shipped]
      const shippedLines = takeOff(refunded, order.left)
      order.left = lines === undefined ? [] : takeOff(order.left, lines)
      if (lines === undefined) order.status = 'REFUNDED'
      return { orderId, isWhole: lines === undefined, lines: refunded, shippedLines }
    },
    shipmentsOf: orderId => (orders.get(orderId)?.shipments ?? []).map(({ lines }) => lines),
    fail(count, how = '503') {
      failures = Array.from({ length: count }, () => how)
    },
    close: () => new Promise(resolve => server.close(() => resolve()).closeAllConnections()),
  }
}

const problem = (status: number, name: string): [number, object] => [
  status,
  { type: `https://shop.example/problems/${name}`, title: name, status, detail: '' },
]
