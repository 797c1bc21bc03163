import type { DueWorkerName, NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import { countDueWork, type Db, type Tx } from '@alipay-checkout/service-kit/database'
import { createDueWorker, type DueWorker, type Timers } from '@alipay-checkout/service-kit/due-worker'
import { sql } from 'drizzle-orm'
import { Histogram, type Registry } from 'prom-client'
import type { AlipayClient } from '../alipay/client.ts'
import { findOpenKeys, type NewCase, openCases, settleCases } from '../case-store/open-cases.ts'
import { appendLog } from '../payments/payment-log.ts'
import { countRefunded, type LockedTrade, lockPaidTrade, startPause, takeBalance } from './paid-trade-store.ts'
import { decideRefund, type Refund, type RefundDecision } from './refund.ts'
import { paymentRefunded, refundFailed } from './refund-events.ts'
import { type DueRefund, findRefund, nextDueOfTrades, takeDueRefunds, updateRefund } from './refund-store.ts'

/** Refunds sent to Alipay, or queried, at the same time. */
const concurrencyMax = 16
/** Time between taking a refund and storing its outcome, besides Alipay's own, s. */
const leaseSlackS = 30

interface Options {
  db: Db
  outbox: Outbox
  alipay: AlipayClient
  alipayTimeoutMs: number
  /** Alipay requires this time between a refund and the query about it, ms. */
  queryAfterMs: number
  /** Alipay requires this time between two refunds of one trade, ms. */
  pauseMs: number
  timers?: Timers
  logger: Logger
  registry: Registry
}

/**
 * Executes refunds: take one (committed), call Alipay, store the answer (committed). The request number of a refund never
 * changes, so the next try after a crash cannot refund twice. An unclear refund stays open and is queried without end; one
 * that Alipay refuses, and then does not know when queried, has failed and gets a case.
 */
export function createRefundExecutor(options: Options): DueWorker {
  const { db, outbox, alipay, logger, timers } = options
  const leaseS = options.alipayTimeoutMs / 1000 + leaseSlackS
  const observe = measureRefunds(options.registry)

  async function execute(due: DueRefund): Promise<RefundDecision> {
    const input =
      due.step === 'refund'
        ? ({ type: 'refundAnswered', answer: await alipay.refund(due) } as const)
        : ({ type: 'queryAnswered', answer: await alipay.queryRefund(due) } as const)
    return outbox.transact(async tx => {
      const trade = await lockTradeOf(tx, due)
      const refund = await findRefund(tx, { refundId: due.refundId }, { lock: true })
      if (!refund) throw new Error(`there is no refund ${due.refundId}`)
      const decision = decideRefund(refund, { ...input, at: trade.now }, options.queryAfterMs)
      const isChanged = decision.outcome === 'changed'
      await Promise.all([
        isChanged && store(tx, trade, decision),
        due.step === 'refund' && startPause(tx, due.outTradeNo, options.pauseMs),
      ])
      return { events: isChanged ? eventsOf(trade, decision) : [], now: trade.now, result: decision }
    })
  }

  return createDueWorker({
    name: 'execute-refunds' satisfies DueWorkerName,
    concurrencyMax,
    ...(timers ? { timers } : {}),
    logger,
    take: limit => takeDueRefunds(db, { limit, leaseS }),
    count: () => countDueWork(db, sql`select next_try_at as due_at from refunds where next_try_at is not null`),
    about: ({ orderId, traceparent }) => ({ orderId, traceparent }),
    describe: ({ refundId }) => ({ refundId }),
    async handle(due) {
      const { refundId, outTradeNo } = due
      const decision = await execute(due)
      observe(decision)
      if (decision.outcome === 'changed' && decision.as !== 'succeeded') {
        logger.warn({ refundId, as: decision.as, reason: decision.refund.why }, 'a refund has not succeeded yet')
      }
      return nextDueOfTrades(db, [outTradeNo])
    },
  })
}

/** `refund_duration_seconds` by outcome: from the request, or from its approval by a second person, to the end. */
function measureRefunds(registry: Registry): (decision: RefundDecision) => void {
  const duration = new Histogram({
    name: 'refund_duration_seconds',
    help: 'From the request of a refund, or its approval by a second person, to its end: succeeded or failed',
    labelNames: ['outcome'],
    buckets: [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 14_400],
    registers: [registry],
  })
  for (const outcome of ['succeeded', 'failed']) duration.zero({ outcome })
  return decision => {
    if (decision.outcome !== 'changed' || (decision.as !== 'succeeded' && decision.as !== 'failed')) return
    const { requestedAt, approvedAt, finishedAt } = decision.refund
    if (!finishedAt) return
    const seconds = (finishedAt.getTime() - (approvedAt ?? requestedAt).getTime()) / 1000
    duration.observe({ outcome: decision.as }, Math.max(0, seconds))
  }
}

async function lockTradeOf(tx: Tx, due: DueRefund): Promise<LockedTrade> {
  const refund = await findRefund(tx, due)
  const trade = refund && (await lockPaidTrade(tx, refund))
  if (!trade) throw new Error(`${due.refundId} has no paid trade`)
  return trade
}

async function store(tx: Tx, trade: LockedTrade, decision: RefundDecision & { outcome: 'changed' }): Promise<void> {
  const { refund, as } = decision
  const { refundId, amountFen, why } = refund
  await Promise.all([
    updateRefund(tx, refund),
    as === 'succeeded' && countRefunded(tx, trade.outTradeNo, amountFen),
    // The amount can be refunded another way again.
    as === 'failed' && takeBalance(tx, trade.outTradeNo, -amountFen),
    writeCases(tx, decision, trade.now),
    appendLog(tx, [
      { orderId: refund.orderId, what: 'refund', cause: as, detail: { refundId, amountFen, ...(why ? { why } : {}) } },
    ]),
  ])
}

/** Opens the case that a decision calls for. The end of a refund settles the cases that are open about it. */
async function writeCases(tx: Tx, decision: RefundDecision & { outcome: 'changed' }, now: Date): Promise<void> {
  const { as, refund, stuck } = decision
  const hasEnded = as === 'succeeded' || as === 'failed'
  if (!hasEnded && !stuck) return
  const keys = await findOpenKeys(tx, refund.orderId, [stuckKey(refund), ...(hasEnded ? [failedKey(refund)] : [])])
  if (hasEnded) {
    const note = as === 'succeeded' ? 'the refund succeeded' : 'Alipay refused the refund, which has another case'
    await settleCases(tx, keys, note)
  }
  // A case that is open already, and its owner, stay.
  if (as === 'failed') await openCases(tx, [failedCase(refund)])
  if (stuck && keys.length === 0) await openCases(tx, [stuckCase(refund, now)])
}

function eventsOf(
  trade: LockedTrade,
  { refund, as }: RefundDecision & { outcome: 'changed' },
): NewEvent<PaymentEvent>[] {
  if (as === 'failed') return [refundFailed(refund, trade.traceparent)]
  if (as !== 'succeeded') return []
  const refundedFen = trade.refundedFen + refund.amountFen
  return [paymentRefunded(refund, { ...trade, refundedFen }, refund.finishedAt ?? trade.now)]
}

const stuckKey = ({ refundId }: Refund) => `refund_stuck:${refundId}`
const failedKey = ({ refundId }: Refund) => `refund_failed:${refundId}`

function caseAbout(refund: Refund): Pick<NewCase, 'kind' | 'orderId' | 'outTradeNo' | 'evidence'> {
  const { refundId, orderId, outTradeNo, method, amountFen, reason, why, tries } = refund
  return {
    kind: 'refund_failed',
    orderId,
    outTradeNo,
    evidence: { refundId, method, amountFen, reason, why, tries },
  }
}

function stuckCase(refund: Refund, now: Date): NewCase {
  return {
    ...caseAbout(refund),
    // A refund that is still unclear after its case was resolved, or is unclear again after a retry, is another case.
    key: `${stuckKey(refund)}:${now.toISOString()}`,
    summary: `A refund is unclear after ${refund.tries} tries: ${refund.why}`,
    proposal: { action: 'none', why: 'It is tried again automatically. Check at Alipay what it waits for.' },
  }
}

function failedCase(refund: Refund): NewCase {
  return {
    ...caseAbout(refund),
    // A refund that is retried and fails again is another case.
    key: `${failedKey(refund)}:${refund.finishedAt?.toISOString()}`,
    summary: `Alipay refused a refund: ${refund.why}`,
    proposal: { action: 'retry_refund', why: 'A retry with the same number cannot refund twice.' },
  }
}
