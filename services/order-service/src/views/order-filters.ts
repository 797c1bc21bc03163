import { OrderFilters, type OrderFlag, type OrderStatus } from '@alipay-checkout/contracts'
import { type SQL, sql } from 'drizzle-orm'
import Type, { type Static } from 'typebox'

export const OrderFilter = Type.Object(OrderFilters)
export type OrderFilter = Static<typeof OrderFilter>

/** The conditions of a filter: those by which an index finds the orders, and all of them. */
export interface Conditions {
  readonly base: readonly SQL[]
  /** Whether that index has the orders by their id. Otherwise they are counted first, and sorted if they are few. */
  readonly isSorted: boolean
  /** Whether all orders of `base` meet the whole filter. */
  readonly isExact: boolean
  readonly all: readonly SQL[]
}

const openStatuses: ReadonlySet<OrderStatus> = new Set(['RESERVING', 'PENDING_PAYMENT'])

/** Units of an order that were shipped and are refunded all the same, as `refundedShippedLines` finds them. */
const refundedAfterShipping = sql`
  refunded_fen > 0 and shipments is not null and (status = 'REFUNDED' or exists (
    select from (
      select line ->> 'sku' as sku, -(line ->> 'quantity')::bigint as units from jsonb_array_elements(lines) line
      union all
      select line ->> 'sku', (line ->> 'quantity')::bigint from jsonb_path_query(shipments, '$[*].lines[*]') line
      union all
      select line ->> 'sku', (line ->> 'quantity')::bigint
      from jsonb_array_elements(refunds) refund, jsonb_path_query(refund, '$.lines[*]') line
      where refund ->> 'progress' = 'done' and refund ->> 'tradeNo' = payment ->> 'tradeNo'
    ) u group by sku having sum(units) > 0))`

const flagConditions: Readonly<Record<OrderFlag, SQL>> = {
  refunded: sql`refunded_fen > 0`,
  paid_late: sql`accepted_late_at is not null`,
  refunded_after_shipping: refundedAfterShipping,
}

/**
 * What to search for, and by which index: the one that the fewest orders are in. Statuses are literals, because a plan
 * with parameters can't use a partial index.
 */
export function conditionsOf(filter: OrderFilter): Conditions {
  const { status, fulfilment, customer, reference, method, minFen, maxFen, flag, paid } = filter
  const ofCustomer = customer === undefined ? [] : [sql`customer_id = ${customer}`]
  const ofReference = reference === undefined ? [] : [sql`reference = ${reference} and reference is not null`]
  const ofFlag = flag === undefined ? [] : [flagConditions[flag]]
  const ofStatus = status === undefined ? [] : [sql`status = ${literal(status)}`]
  const ofFulfilment = fulfilment === undefined ? [] : [fulfilmentCondition(fulfilment)]
  const all = [
    ...ofCustomer,
    ...ofReference,
    ...ofFlag,
    ...ofStatus,
    ...ofFulfilment,
    ...(method === undefined ? [] : [sql`payment ->> 'method' = ${method}`]),
    ...(paid === undefined ? [] : [sql`payment is not null`]),
    ...(minFen === undefined ? [] : [sql`total_fen >= ${Number(minFen)}`]),
    ...(maxFen === undefined ? [] : [sql`total_fen <= ${Number(maxFen)}`]),
  ]
  const by = (base: readonly SQL[], isSorted = true) => {
    return { base, isSorted, isExact: all.every(condition => base.includes(condition)), all }
  }
  if (reference !== undefined) return by([...ofReference, ...ofCustomer], false)
  if (customer !== undefined) return by(ofCustomer)
  if (flag === 'paid_late') return by(ofFlag)
  if (status !== undefined && status !== 'PAID' && !openStatuses.has(status)) return by(ofStatus)
  if (flag !== undefined) return by([flagConditions.refunded])
  if (fulfilment !== undefined && fulfilment !== 'UNFULFILLED') return by(ofFulfilment)
  if (status !== undefined && openStatuses.has(status)) return by(ofStatus, false)
  return by([])
}

function fulfilmentCondition(fulfilment: NonNullable<OrderFilter['fulfilment']>): SQL {
  if (fulfilment === 'UNFULFILLED') return sql`fulfilment_status is null`
  return sql`fulfilment_status = ${literal(fulfilment)}`
}

/** A value that the schema has checked to be one of a few words. */
function literal(word: string): SQL {
  return sql.raw(`'${word}'`)
}
