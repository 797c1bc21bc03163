import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { Line, StockInput } from './stock.ts'

/** A fresh order id, as order-service makes them. */
export const newOrderId = (): string => `ord_${randomBytes(16).toString('hex')}`

/** An order event of the given type, as order-service would publish it. `lines` matter to OrderCreated and OrderPaid. */
export function orderEvent<T extends StockInput['type']>(
  type: T,
  orderId: string,
  lines: readonly Line[] = [{ sku: 'tea-01', quantity: 1 }],
): Extract<StockInput, { type: T }> {
  return { type, id: uuidv7(), key: orderId, time, data: dataOf(type, orderId, lines) } as Extract<
    StockInput,
    { type: T }
  >
}

const time = new Date('2026-01-02T03:04:05.000Z')

function dataOf(type: StockInput['type'], orderId: string, lines: readonly Line[]): object {
  const priced = lines.map(line => ({ ...line, title: `the product ${line.sku}`, unitPriceFen: 100 }))
  const totalFen = lines.reduce((sum, line) => sum + line.quantity * 100, 0)
  const at = time.toISOString()
  switch (type) {
    case 'OrderCreated':
      return { orderId, customerId: 'c-1', currency: 'CNY', totalFen, lines: priced, createdAt: at, expiresAt: at }
    case 'OrderPaid': {
      const payment = { outTradeNo: orderId, tradeNo: '2026010222001', amountFen: totalFen, paidAt: at }
      return { orderId, customerId: 'c-1', totalFen, lines: priced, payment }
    }
    case 'OrderRejected':
      return { orderId, shortages: [] }
    default:
      return { orderId }
  }
}
