import { type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { sql } from 'drizzle-orm'

/** What is known of the refunds that Alipay reports. */
export interface KnownRefunds {
  /** The trade of each refund that payment-service made, by `out_request_no`. */
  readonly ours: ReadonlyMap<string, string>
  /** Keys of the cases of refunds made elsewhere. */
  readonly outside: ReadonlySet<string>
  /** What refunds in the ledger have refunded of a trade, or may have by now, fen. Only for notices without a number. */
  readonly refundedFen: ReadonlyMap<string, number>
}

/** A refund that Alipay reports. */
export interface RefundNotice {
  readonly outTradeNo: string
  readonly requestNo: string | undefined
  /** The key of its case if it was made elsewhere. */
  readonly caseKey: string
}

/** Looks up reported refunds in `refunds` and `cases`: one statement, or none without notices. */
export async function findKnownRefunds(tx: Tx, notices: readonly RefundNotice[]): Promise<KnownRefunds> {
  if (notices.length === 0) return { ours: new Map(), outside: new Set(), refundedFen: new Map() }
  const unnumbered = notices.flatMap(({ outTradeNo, requestNo }) => (requestNo ? [] : [outTradeNo]))
  const numbers = notices.flatMap(({ requestNo }) => requestNo ?? [])
  const rows = await tx.execute<{ refund_id: string | null; of: string; refunded_fen: string | number | null }>(sql`
    select refund_id, out_trade_no as of, null::bigint as refunded_fen from refunds
    where refund_id = any(${textArray(numbers)}) and outside_request_no is null
    union all
    select null, key, null from cases where key = any(${textArray(notices.map(({ caseKey }) => caseKey))})
    union all
    select null, out_trade_no, sum(amount_fen)::bigint from refunds
    where out_trade_no = any(${textArray(unnumbered)}) and status in ('PENDING', 'SUCCEEDED') group by out_trade_no`)
  const sums = rows.filter(({ refunded_fen }) => refunded_fen !== null)
  const known = rows.filter(({ refunded_fen }) => refunded_fen === null)
  return {
    ours: new Map(known.flatMap(({ refund_id, of }) => (refund_id === null ? [] : [[refund_id, of] as const]))),
    outside: new Set(known.flatMap(({ refund_id, of }) => (refund_id === null ? [of] : []))),
    refundedFen: new Map(sums.map(({ of, refunded_fen }) => [of, Number(refunded_fen)])),
  }
}
