import { jsonRows, type Tx } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import type { StockInput } from './stock-state.ts'

/** A change of an order's stock that must be applied once; see `stockOperations`. */
export interface StockOperation {
  readonly orderId: string
  readonly eventType: 'OrderLinesReturned' | 'OrderReinstating'
  readonly operationId: string
}

/** The operation of an event; none if the order's reservation already shows that the event was applied. */
export function operationOf(event: StockInput): StockOperation[] {
  const { orderId } = event.data
  switch (event.type) {
    case 'OrderLinesReturned':
      return [{ orderId, eventType: event.type, operationId: event.data.refundId }]
    case 'OrderReinstating':
      return [{ orderId, eventType: event.type, operationId: event.data.payment.tradeNo }]
    default:
      return []
  }
}

export const operationKey = ({ orderId, eventType, operationId }: StockOperation): string =>
  `${orderId} ${eventType} ${operationId}`

const rowsOf = (operations: readonly StockOperation[]) =>
  sql`jsonb_to_recordset(${jsonRows(operations)}) as r("orderId" text, "eventType" text, "operationId" text)`

/** The keys of those operations that have been applied. */
export async function findApplied(tx: Tx, operations: readonly StockOperation[]): Promise<Set<string>> {
  if (operations.length === 0) return new Set()
  const rows = await tx.execute<StockOperation & Record<string, unknown>>(sql`
    select r."orderId", r."eventType", r."operationId" from ${rowsOf(operations)}
    join stock_operations s
      on s.order_id = r."orderId" and s.event_type = r."eventType" and s.operation_id = r."operationId"`)
  return new Set(rows.map(operationKey))
}

/** The statement that records operations as applied. It fails if another transaction has applied one since. */
export function operationInserts(operations: readonly StockOperation[]): SQL[] {
  if (operations.length === 0) return []
  return [
    sql`
    insert into stock_operations (order_id, event_type, operation_id)
    select "orderId", "eventType", "operationId" from ${rowsOf(operations)}`,
  ]
}
