import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import { appendEvents } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import type { Db, Tx } from '@alipay-checkout/service-kit/database'
import type { AlipayClient } from '../alipay/client.ts'
import { type NewCase, openCases } from '../case-store/open-cases.ts'
import { appendLog } from '../payments/payment-log.ts'
import { serviceName } from '../payments/payment-store.ts'
import { countRefunded, type LockedTrade, lockPaidTrade, startPause, takeBalance } from './paid-trade-store.ts'
import { decideRefund, type Refund, type RefundDecision } from './refund.ts'
import { type DueRefund, findRefund, nextDueOfTrades, takeDueRefunds, updateRefund } from './refund-store.ts'

/** Refunds asked for at the same time. */
const concurrencyMax = 16
/** What may pass between taking a refund and keeping its outcome, besides Alipay's own time, s. */
const leaseSlackS = 30

export interface RefundExecutor {
  /** Does everything that is due, batch by batch. Calls that come meanwhile share the run, which then looks once more. */
  runDue(): Promise<void>
  close(): Promise<void>
}

interface Options {
  db: Db
  alipay: AlipayClient
  alipayTimeoutMs: number
  /** Alipay wants this long between a refund and the question what became of it, ms. */
  queryAfterMs: number
  /** Alipay wants this long between two refunds of one trade, ms. */
  pauseMs: number
  schedule: (dueAt: readonly Date[]) => void
  onCommitted: () => void
  logger: Logger
}

/**
 * Gives money back: take a refund (committed), ask Alipay, keep what it said (committed). Its number stays the same, so
 * whoever dies in between leaves it to the next try, which can't give it back twice. What is unclear stays open and is
 * asked about for ever; what Alipay refuses, and doesn't know when asked again, has failed: a person has a case then.
 */
export function createRefundExecutor(options: Options): RefundExecutor {
  const { db, alipay, schedule, logger } = options
  const leaseS = options.alipayTimeoutMs / 1000 + leaseSlackS
  let running: Promise<void> | undefined
  let lookAgain = false
  let stopped = false

  async function doOne(due: DueRefund): Promise<void> {
    const { refundId } = due
    try {
      const input =
        due.step === 'refund'
          ? ({ type: 'refundAnswered', answer: await alipay.refund(due) } as const)
          : ({ type: 'queryAnswered', answer: await alipay.queryRefund(due) } as const)
      const decision = await db.transaction(async tx => {
        const trade = await lockTradeOf(tx, due)
        const refund = await findRefund(tx, { refundId }, { lock: true })
        if (!refund) throw new Error(`${refundId} is gone`)
        const decision = decideRefund(refund, { ...input, at: trade.now }, options.queryAfterMs)
        await Promise.all([
          decision.outcome === 'changed' && keep(tx, trade, decision),
          due.step === 'refund' && startPause(tx, due.outTradeNo, options.pauseMs),
        ])
        return decision
      })
      options.onCommitted()
      if (decision.outcome === 'changed' && decision.as !== 'succeeded') {
        logger.warn({ refundId, as: decision.as, why: decision.refund.why }, 'a refund is not through yet')
      }
    } catch (error) {
      logger.warn({ err: error, refundId }, 'the outcome of a refund could not be kept; it is tried again soon')
    }
  }

  async function doAllDue(): Promise<void> {
    while (!stopped) {
      const due = await takeDueRefunds(db, { limit: concurrencyMax, leaseS })
      if (due.length === 0) return
      await Promise.all(due.map(doOne))
      schedule(await nextDueOfTrades(db, [...new Set(due.map(({ outTradeNo }) => outTradeNo))]))
    }
  }

  async function run(): Promise<void> {
    try {
      while (lookAgain && !stopped) {
        lookAgain = false
        await doAllDue()
      }
    } finally {
      running = undefined
    }
  }

  return {
    runDue() {
      lookAgain = true
      running ??= run()
      return running
    },
    async close() {
      stopped = true
      await running?.catch(() => {})
    },
  }
}

async function lockTradeOf(tx: Tx, due: DueRefund): Promise<LockedTrade> {
  const refund = await findRefund(tx, due)
  const trade = refund && (await lockPaidTrade(tx, refund))
  if (!trade) throw new Error(`${due.refundId} has no paid trade`)
  return trade
}

async function keep(tx: Tx, trade: LockedTrade, decision: RefundDecision & { outcome: 'changed' }): Promise<void> {
  const { refund, as } = decision
  const { refundId, amountFen, why } = refund
  await Promise.all([
    updateRefund(tx, refund),
    as === 'succeeded' && countRefunded(tx, trade.outTradeNo, amountFen),
    // It is free again for whoever gives it back another way.
    as === 'failed' && takeBalance(tx, trade.outTradeNo, -amountFen),
    appendEvents(tx, serviceName, eventsOf(trade, decision), trade.now),
    openCases(tx, casesOf(decision)),
    appendLog(tx, [
      { orderId: refund.orderId, what: 'refund', cause: as, detail: { refundId, amountFen, ...(why ? { why } : {}) } },
    ]),
  ])
}

function eventsOf(
  trade: LockedTrade,
  { refund, as }: RefundDecision & { outcome: 'changed' },
): NewEvent<PaymentEvent>[] {
  const { orderId, refundId, outTradeNo, amountFen, reason } = refund
  const about = { key: orderId, ...(trade.traceparent ? { traceparent: trade.traceparent } : {}) }
  const data = { orderId, refundId, outTradeNo, amountFen, reason }
  if (as === 'failed') return [{ type: 'RefundFailed', ...about, data: { ...data, why: refund.why ?? 'refused' } }]
  if (as !== 'succeeded') return []
  const { tradeNo, paidFen } = trade
  const returned = refund.returnToStock ? (refund.lines ?? []).map(({ sku, quantity }) => ({ sku, quantity })) : []
  const refundedFen = trade.refundedFen + amountFen
  const refundedAt = (refund.finishedAt ?? trade.now).toISOString()
  return [{ type: 'PaymentRefunded', ...about, data: { ...data, tradeNo, refundedFen, paidFen, returned, refundedAt } }]
}

function casesOf({ refund, as, stuck }: RefundDecision & { outcome: 'changed' }): NewCase[] {
  if (as !== 'failed' && !stuck) return []
  const { refundId, orderId, outTradeNo, amountFen, reason, why, tries } = refund
  const about = { kind: 'refund_failed', orderId, outTradeNo } as const
  const evidence = { refundId, amountFen, reason, why, tries }
  return as === 'failed'
    ? [failedCase(about, refund, evidence)]
    : [
        {
          ...about,
          key: `refund_stuck:${refundId}`,
          summary: `${tries} tries of a refund were not certain: ${why}`,
          evidence,
          proposal: { action: 'none', why: 'it is tried again by itself; see what Alipay waits for' },
        },
      ]
}

function failedCase(
  about: Pick<NewCase, 'kind' | 'orderId' | 'outTradeNo'>,
  { refundId, finishedAt, why }: Refund,
  evidence: unknown,
): NewCase {
  return {
    ...about,
    // A refund that is retried and fails again is a new matter.
    key: `refund_failed:${refundId}:${finishedAt?.toISOString()}`,
    summary: `Alipay refused a refund: ${why}`,
    evidence,
    proposal: { action: 'retry_refund', why: 'the same number again can not give the money back twice' },
  }
}
