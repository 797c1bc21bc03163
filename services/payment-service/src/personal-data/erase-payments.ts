import type { EraseStep } from '@alipay-checkout/contracts'
import { type Db, jsonRows, textArray, transact } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import { logInserts } from '../payments/payment-log.ts'
import { redactEvidence } from './redact.ts'

/**
 * Erases what belongs to a person in the payments of these orders, in one transaction: the customer's id, the buyers' ids
 * at Alipay, the texts of notifies, also those in cases and dead letters. Amounts, trades, times and texts of the shop stay. Repeating it
 * changes nothing but the pseudonym.
 */
export async function erasePayments(db: Db, { customerId, pseudonym, by, orderIds }: EraseStep): Promise<void> {
  if (orderIds.length === 0) return
  const ids = textArray(orderIds)
  await transact(db, async tx => {
    // A refund locks its trade, then inserts a row that refers to the payment, which `no key update` lets it do. Trades are
    // locked before cases, as refunds that open or settle a case lock them.
    const [locked, , cases, letters] = await Promise.all([
      tx.execute<{ order_id: string; customer_id: string }>(sql`
        select order_id, customer_id from payments where order_id = any(${ids}) order by order_id for no key update`),
      tx.execute(sql`
        select from attempts where order_id = any(${ids}) order by order_id, number for no key update`),
      tx.execute<{ case_id: string; evidence: unknown }>(sql`
        select case_id, evidence from cases where order_id is not null and order_id = any(${ids}) order by case_id for update`),
      tx.execute<{ dead_letter_id: string; record: unknown }>(sql`
        select dead_letter_id, jsonb_build_object('value', value, 'headers', headers) as record from dead_letters
        where order_id is not null and order_id = any(${ids}) order by dead_letter_id for update`),
    ])
    const redacted = cases.map(({ case_id, evidence }) => ({
      case_id,
      evidence: redactEvidence(evidence, { customerId, pseudonym }),
    }))
    const redactedLetters = letters.map(({ dead_letter_id, record }) => ({
      dead_letter_id,
      ...(redactEvidence(record, { customerId, pseudonym }) as object),
    }))
    const newlyErased = locked.filter(row => row.customer_id === customerId)
    return {
      writes: [
        // Also where an erasure that was interrupted has put another pseudonym.
        sql`update payments set customer_id = ${pseudonym} where order_id = any(${ids})`,
        sql`update attempts set buyer_id = null where order_id = any(${ids}) and buyer_id is not null`,
        sql`update notifies set body = '' where out_trade_no = any(${tradesOf(ids)}) and body <> ''`,
        sql`
          update refunds set requested_by = ${pseudonym}
          where out_trade_no = any(${tradesOf(ids)}) and requested_by = ${customerId}`,
        sql`
          update cases c set evidence = r.evidence
          from jsonb_to_recordset(${jsonRows(redacted)}) as r(case_id text, evidence jsonb) where c.case_id = r.case_id`,
        // The bytes of a dead letter stay in Kafka until its retention is over; here its text is enough.
        sql`
          update dead_letters d set value = r.value, headers = r.headers, base64 = null
          from jsonb_to_recordset(${jsonRows(redactedLetters)}) as r(dead_letter_id text, value text, headers jsonb)
          where d.dead_letter_id = r.dead_letter_id`,
        ...logInserts(
          newlyErased.map(({ order_id }) => ({
            orderId: order_id,
            what: 'personal data erased',
            cause: `requested by ${by}`,
          })),
        ),
      ],
      result: undefined,
    }
  })
}

/** The trade numbers of these orders. A notify about an order that is not known here has the order's id as its number. */
function tradesOf(orderIds: SQL): SQL {
  return sql`array(select out_trade_no from attempts where order_id = any(${orderIds}) union select unnest(${orderIds}))`
}
