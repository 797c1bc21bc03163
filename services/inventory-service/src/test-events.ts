import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import type { Level, Line, ReservedLine, StockInput } from './stock/stock-state.ts'

/** A new order id in the form that order-service gives it. */
export const newOrderId = (): string => `ord_${randomBytes(16).toString('hex')}`

/** A level whose numbers add up. */
export const levelOf = (sku: string, available: number, reserved = 0, sold = 0): Level => ({
  sku,
  available,
  reserved,
  sold,
  supplied: available + reserved + sold,
})

/** Lines of a reservation; by default nothing of them is returned. */
export const reservedLines = (lines: readonly Line[], returned = 0): ReservedLine[] =>
  lines.map(line => ({ ...line, returned }))

/** The trade of the late payment in a test's OrderReinstating. */
export const lateTradeNo = '2026010222001'

/** An order event of this type, as order-service publishes it. `lines` are used where the type has lines. */
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
  const payment = { outTradeNo: orderId, tradeNo: lateTradeNo, amountFen: totalFen, paidAt: at }
  switch (type) {
    case 'OrderCreated':
      return { orderId, customerId: 'c-1', currency: 'CNY', totalFen, lines: priced, createdAt: at, expiresAt: at }
    case 'OrderPaid':
      return { orderId, customerId: 'c-1', totalFen, lines: priced, payment }
    case 'OrderReinstating':
      return { orderId, lines: priced, payment }
    case 'OrderLinesReturned':
      return { orderId, refundId: `ref_${randomBytes(16).toString('hex')}`, lines }
    case 'OrderRejected':
      return { orderId, shortages: [] }
    default:
      return { orderId }
  }
}
