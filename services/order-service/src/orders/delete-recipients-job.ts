import type { DueWorkerName } from '@alipay-checkout/contracts'
import type { Logger } from '@alipay-checkout/service-kit'
import {
  countDueWork,
  type Db,
  databaseNow,
  jsonRows,
  selectionOf,
  textArray,
  transact,
} from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import { toOrder } from './order-rows.ts'
import { decideRecipient, type RecipientRetention } from './recipient-retention.ts'
import { orders } from './schema.ts'

/** Recipients that are looked at in one transaction. */
const batchSizeMax = 500

const { fields, decode } = selectionOf(getTableColumns(orders))

/**
 * Deletes the recipients of orders that no longer need them, in batches that replicas share, and looks at the others
 * again later. Without `timers`, as in tests, it runs only by `runNow`.
 */
export function createRecipientDeleter(options: {
  db: Db
  retention: RecipientRetention
  timers?: Timers
  logger: Logger
}): DueWorker {
  const { db, retention, timers, logger } = options
  return createDueWorker({
    name: 'delete-recipients' satisfies DueWorkerName,
    concurrencyMax: batchSizeMax,
    take: limit => checkDue(db, retention, limit),
    count: () => countDueWork(db, sql`select check_at as due_at from order_recipients`),
    ...(timers ? { timers } : {}),
    logger,
  })
}

/** Looks at up to `limit` due recipients, and returns their order ids. */
async function checkDue(db: Db, retention: RecipientRetention, limit: number): Promise<readonly string[]> {
  return transact(db, async tx => {
    const [due, now] = await Promise.all([
      tx.execute<{ order_id: string }>(sql`
        select order_id from order_recipients where check_at <= now()
        order by check_at limit ${limit} for update skip locked`),
      databaseNow(tx),
    ])
    const orderIds = due.map(row => row.order_id)
    if (orderIds.length === 0) return { writes: [], result: [] }
    const rows = await tx.execute(sql`select ${fields} from orders where order_id = any(${textArray(orderIds)})`)
    const decisions = new Map(
      rows.map(row => {
        const found = decode(row)
        return [found.orderId, decideRecipient(toOrder(found), { ...found, now }, retention)]
      }),
    )
    const deleted = orderIds.filter(orderId => decisions.get(orderId)?.delete ?? true)
    const later = [...decisions].flatMap(([order_id, decision]) =>
      decision.delete ? [] : [{ order_id, check_at: decision.checkAt }],
    )
    return { writes: [...deletions(deleted), ...postponements(later)], result: orderIds }
  })
}

function deletions(orderIds: readonly string[]): SQL[] {
  return orderIds.length === 0 ? [] : [sql`delete from order_recipients where order_id = any(${textArray(orderIds)})`]
}

function postponements(rows: readonly { order_id: string; check_at: Date }[]): SQL[] {
  if (rows.length === 0) return []
  return [
    sql`
      update order_recipients t set check_at = r.check_at
      from jsonb_to_recordset(${jsonRows(rows)}) as r(order_id text, check_at timestamptz)
      where t.order_id = r.order_id`,
  ]
}
