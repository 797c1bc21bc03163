import type { PaymentMethod } from '@alipay-checkout/contracts'
import type { Queryable, Tx } from '@alipay-checkout/service-kit/database'
import { and, asc, eq, sql } from 'drizzle-orm'
import type { OrderedLine } from '../payments/payment.ts'
import { attempts, methodOf, payments } from '../payments/schema.ts'

/** A paid trade and what refunds have taken of it. Its row is locked, so that another refund waits. */
export interface LockedTrade {
  readonly orderId: string
  readonly outTradeNo: string
  readonly tradeNo: string
  readonly method: PaymentMethod | undefined
  readonly paidFen: number
  readonly refundingFen: number
  readonly refundedFen: number
  readonly ordered: readonly OrderedLine[] | undefined
  /** What the order paid for shipping, fen. */
  readonly shippingFen: number
  readonly traceparent: string | undefined
  /** The database's time. */
  readonly now: Date
}

/**
 * The trade that paid an order, as SQL for a query with `payments`. Trades that order-service had refunded, because the
 * order could not use their money, come last. Of the others it is one with money left, then the first.
 */
const tradeOfOrder = sql`(
  select own.out_trade_no from attempts own
  where own.order_id = ${payments.orderId} and own.status = 'PAID'
  order by exists (
      select from refunds r where r.out_trade_no = own.out_trade_no and r.reason <> 'requested'),
    own.refunding_fen >= own.paid_fen, own.out_trade_no <> ${payments.paidOutTradeNo}, own.updated_at, own.number
  limit 1)`

/** Locks a paid trade of an order: the given one, or the one that paid the order. Undefined where there is none. */
export async function lockPaidTrade(
  tx: Tx,
  { orderId, outTradeNo }: { orderId: string; outTradeNo?: string | undefined },
): Promise<LockedTrade | undefined> {
  const { lines, shippingFen, traceparent } = payments
  const [row] = await tx
    .select({ attempt: attempts, lines, shippingFen, traceparent, now: sql<string>`now()` })
    .from(attempts)
    .innerJoin(payments, eq(payments.orderId, attempts.orderId))
    .where(
      and(
        eq(attempts.orderId, orderId),
        eq(attempts.status, 'PAID'),
        outTradeNo === undefined ? sql`${attempts.outTradeNo} = ${tradeOfOrder}` : eq(attempts.outTradeNo, outTradeNo),
      ),
    )
    .for('update', { of: attempts })
  if (!row) return undefined
  const { attempt } = row
  return {
    orderId,
    outTradeNo: attempt.outTradeNo,
    tradeNo: attempt.tradeNo!,
    method: methodOf(attempt),
    paidFen: attempt.paidFen!,
    refundingFen: attempt.refundingFen,
    refundedFen: attempt.refundedFen,
    ordered: row.lines ?? undefined,
    shippingFen: row.shippingFen,
    traceparent: row.traceparent ?? undefined,
    now: new Date(row.now),
  }
}

/** Whether payment-service has a payment of this order. */
export async function isKnownOrder(db: Queryable, orderId: string): Promise<boolean> {
  const rows = await db.select({ orderId: payments.orderId }).from(payments).where(eq(payments.orderId, orderId))
  return rows.length > 0
}

/** A paid trade of an order, and how much of it can still be refunded, fen. */
export interface TradeBalance {
  readonly outTradeNo: string
  readonly method?: PaymentMethod
  readonly paidFen: number
  readonly refundableFen: number
}

/** An order's paid trades, and what it ordered; `trade` is the one that paid the order, if any did. */
export async function listPaidTrades(
  db: Queryable,
  orderId: string,
): Promise<{
  trade: TradeBalance | undefined
  trades: TradeBalance[]
  ordered: readonly OrderedLine[]
  shippingFen: number
}> {
  const paid = await db
    .select({
      outTradeNo: attempts.outTradeNo,
      method: attempts.method,
      openedAt: attempts.openedAt,
      paidFen: sql<number>`${attempts.paidFen}`,
      refundableFen: sql<number>`${attempts.paidFen} - ${attempts.refundingFen}`,
      isOrders: sql<boolean>`${attempts.outTradeNo} = ${tradeOfOrder}`,
      lines: payments.lines,
      shippingFen: payments.shippingFen,
    })
    .from(attempts)
    .innerJoin(payments, eq(payments.orderId, attempts.orderId))
    .where(and(eq(attempts.orderId, orderId), eq(attempts.status, 'PAID')))
    .orderBy(asc(attempts.number))
  const trades = paid.map((row): TradeBalance => {
    const { outTradeNo, paidFen, refundableFen } = row
    const method = methodOf(row)
    return { outTradeNo, ...(method ? { method } : {}), paidFen, refundableFen }
  })
  const { lines, shippingFen = 0 } = paid[0] ?? {}
  return { trade: trades[paid.findIndex(({ isOrders }) => isOrders)], trades, ordered: lines ?? [], shippingFen }
}

/** Takes an amount from a trade's balance; a negative one returns it. A check constraint refuses more than was paid. */
export async function takeBalance(tx: Tx, outTradeNo: string, amountFen: number): Promise<void> {
  await tx.execute(sql`
    update attempts set refunding_fen = refunding_fen + ${amountFen}::bigint where out_trade_no = ${outTradeNo}`)
}

/** Adds an amount to what is certainly refunded. */
export async function countRefunded(tx: Tx, outTradeNo: string, amountFen: number): Promise<void> {
  await tx.execute(sql`
    update attempts set refunded_fen = refunded_fen + ${amountFen}::bigint where out_trade_no = ${outTradeNo}`)
}

/** Starts the pause that Alipay requires between two refunds of a trade. */
export async function startPause(tx: Tx, outTradeNo: string, pauseMs: number): Promise<void> {
  await tx.execute(sql`
    update attempts set next_refund_at = now() + make_interval(secs => ${pauseMs / 1000}::float8)
    where out_trade_no = ${outTradeNo}`)
}
