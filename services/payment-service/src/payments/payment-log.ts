import type { PaymentEntryName } from '@alipay-checkout/contracts'
import type { Logger } from '@alipay-checkout/service-kit'
import { type Db, jsonRows, type Queryable, runAll } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import type { AlipayContact } from '../alipay/call.ts'
import { orderIdOf } from './trade-number.ts'

/** A timeline entry about an order's payment that no other table has. */
export interface LogEntry {
  readonly orderId: string
  readonly what: PaymentEntryName
  readonly cause: string
  readonly detail?: object | undefined
}

/** The statement that adds entries: none without any. */
export function logInserts(entries: readonly LogEntry[]): SQL[] {
  if (entries.length === 0) return []
  const rows = entries.map(({ orderId, what, cause, detail }) => ({ order_id: orderId, what, cause, detail }))
  return [
    sql`
      insert into payment_log (order_id, what, cause, detail)
      select order_id, what, cause, detail
      from jsonb_to_recordset(${jsonRows(rows)}) as r(order_id text, what text, cause text, detail jsonb)`,
  ]
}

/** Adds entries. */
export async function appendLog(db: Queryable, entries: readonly LogEntry[]): Promise<void> {
  await runAll(db, logInserts(entries))
}

/** Unverified replies stored per order, so that its timeline stays bounded. */
const repliesOfOrderMax = 20

/**
 * Returns an observer of calls that quotes unverified replies in the log and in the order's timeline. Alipay never signs
 * an `error_response`, and its `sub_code` shows people the cause. It changes nothing else and never throws. The same code
 * of the same method is stored once per order.
 */
export function createUnverifiedRecorder({ db, logger }: { db: Db; logger: Logger }): (contact: AlipayContact) => void {
  async function record({ method, outTradeNo, reply }: AlipayContact): Promise<void> {
    const orderId = orderIdOf(outTradeNo)
    if (!reply || !orderId) return
    const detail = { outTradeNo, method, unverified: reply }
    const added = await db.execute(sql`
      insert into payment_log (order_id, what, cause, detail)
      select ${orderId}, 'unverified reply', 'Alipay’s reply could not be verified', ${JSON.stringify(detail)}::text::jsonb
      where (select count(*) from payment_log
             where order_id = ${orderId} and what = 'unverified reply') < ${repliesOfOrderMax}
        and not exists (
          select from payment_log
          where order_id = ${orderId} and what = 'unverified reply' and detail->>'method' = ${method}
            and detail->'unverified'->>'code' = ${reply.code}
            and detail->'unverified'->>'subCode' is not distinct from ${reply.subCode ?? null}::text)
      returning id`)
    if (added.length > 0)
      logger.warn(
        { ...detail, order_id: orderId },
        'Alipay’s reply could not be verified; it is quoted and not applied',
      )
  }
  return contact => {
    if (contact.result === 'verified') return
    record(contact).catch(error => logger.warn({ err: error }, 'an unverified reply could not be recorded'))
  }
}
