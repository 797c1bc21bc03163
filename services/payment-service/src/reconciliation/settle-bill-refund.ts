import type { Tx } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** A refund that a bill had and the ledger had not is in the ledger now: the difference is over. */
export async function settleBillRefund(tx: Tx, outTradeNo: string, requestNo: string): Promise<void> {
  // Alipay: a refund that was asked for without a number has the trade's.
  await tx.execute(sql`
    update bill_differences set status = 'SETTLED', changed_at = now()
    where kind = 'refund_missing_here' and out_trade_no = ${outTradeNo} and coalesce(request_no, out_trade_no) = ${requestNo} and status = 'OPEN'`)
}
