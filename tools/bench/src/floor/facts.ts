import { uuidv7 } from 'uuidv7'
import { floorSkus } from './schema.ts'

/** All that is written about one order, of the size that the services write. */
export interface OrderFacts {
  orderId: string
  customerId: string
  sku: string
  quantity: number
  totalFen: number
  lines: object[]
  payment: object
  expiresAt: Date
  notifyId: string
  notifyBody: string
  headers: Record<string, string>
  created: string
  succeeded: string
  paid: string
}

const priceFen = 100
const ttlMs = 1_800_000
/** About what a notify's form has: twenty-some fields, and a signature. */
const notifyBodyLength = 1_400
const notifyBody = 'gmt_create=2026-01-15+10%3A00%3A00&charset=utf-8&'.padEnd(notifyBodyLength, 'x')

/** Makes up an order, a different one every time. */
export function newOrder(index: number): OrderFacts {
  const orderId = `ord_${uuidv7().replaceAll('-', '')}`
  const sku = floorSkus[index % floorSkus.length]!
  const customerId = `bench-${index % 500}`
  const lines = [{ sku, title: `Bench ${sku}`, quantity: 1, unitPriceFen: priceFen }]
  const payment = {
    outTradeNo: orderId,
    tradeNo: orderId.slice(4),
    amountFen: priceFen,
    paidAt: '2026-01-15T02:00:00Z',
  }
  const expiresAt = new Date(Date.now() + ttlMs)
  return {
    orderId,
    customerId,
    sku,
    quantity: 1,
    totalFen: priceFen,
    lines,
    payment,
    expiresAt,
    notifyId: `n${orderId}`,
    notifyBody,
    headers: {
      ce_id: uuidv7(),
      ce_source: '/order-service',
      ce_type: 'OrderCreated',
      ce_time: '2026-01-15T02:00:00.000Z',
      ce_subject: orderId,
      ce_specversion: '1.0',
      'content-type': 'application/json',
    },
    created: JSON.stringify({ orderId, customerId, currency: 'CNY', totalFen: priceFen, lines, expiresAt }),
    succeeded: JSON.stringify({ orderId, ...payment }),
    paid: JSON.stringify({ orderId, customerId, totalFen: priceFen, lines, payment }),
  }
}
