import { uuidv7 } from 'uuidv7'

/** The rows of one order, as large as those that the services write. */
export interface OrderData {
  orderId: string
  customerId: string
  sku: string
  totalFen: number
  lines: object[]
  payment: object
  expiresAt: Date
  notifyBody: string
  headers: Record<string, string>
  created: string
  succeeded: string
  paid: string
}

/** As many SKUs as the system's shoppers buy. */
export const baselineSkus = Array.from({ length: 100 }, (_, index) => `bench-${index}`)

const priceFen = 100
const ttlMs = 1_800_000
/** The size of a notify's form: about 25 fields and a signature. */
const notifyBody = 'gmt_create=2026-01-15+10%3A00%3A00&charset=utf-8&'.padEnd(1_400, 'x')

/** Generates an order with ids of its own. */
export function newOrder(index: number): OrderData {
  const orderId = `ord_${uuidv7().replaceAll('-', '')}`
  const sku = baselineSkus[index % baselineSkus.length]!
  const customerId = `bench-${index % 500}`
  const lines = [{ sku, title: `Bench ${sku}`, quantity: 1, unitPriceFen: priceFen }]
  const paidAt = '2026-01-15T02:00:00Z'
  const payment = { outTradeNo: orderId, tradeNo: orderId.slice(4), amountFen: priceFen, paidAt }
  const expiresAt = new Date(Date.now() + ttlMs)
  return {
    orderId,
    customerId,
    sku,
    totalFen: priceFen,
    lines,
    payment,
    expiresAt,
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
