import type { Logger } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'
import type { AlipayContact } from '../alipay/call.ts'
import { orderIdOf } from './trade-number.ts'

/** Different replies that are kept per order: nobody can make a timeline grow without end. */
const repliesOfOrderMax = 20

/**
 * Quotes what a reply without a sound signature says, in the log and in the order's timeline: `error_response` is never
 * signed, and its `sub_code` is what tells a person the cause. It changes nothing else. The same code of the same order
 * is kept once. Returns an observer of calls, which never throws.
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
    if (added.length > 0) logger.warn(detail, 'Alipay’s reply could not be verified; what it says is only quoted')
  }
  return contact => {
    if (contact.result === 'verified') return
    record(contact).catch(error => logger.warn({ err: error }, 'an unverified reply could not be recorded'))
  }
}
