import { isErased, type NewEvent, type PaymentEvent } from '@alipay-checkout/contracts'
import type { Outbox } from '@alipay-checkout/messaging'
import { beijingDay, createBatcher, currentTrace, faultPoint, isUnreachable } from '@alipay-checkout/service-kit'
import { type AuditedChange, auditInserts } from '@alipay-checkout/service-kit/audit-log'
import { caseInserts } from '../case-store/open-cases.ts'
import { type AlipayResult, type ResultDecision, resultOf } from './alipay-result.ts'
import { compareAgainInserts } from './compare-again.ts'
import { decideAll } from './decide-all.ts'
import { findKnownRefunds, type KnownRefunds, type RefundNotice } from './known-refunds.ts'
import { casesOfResult } from './mismatch-cases.ts'
import { notifyInserts, type StoredNotify } from './notify-store.ts'
import { outsideRefundKey } from './outside-refund-case.ts'
import { type Decision, findAttempt, type Input, type Payment } from './payment.ts'
import { type LogEntry, logInserts } from './payment-log.ts'
import { decisionWrites, lockPaymentsOfAttempts } from './payment-store.ts'
import { traceResults } from './trace-results.ts'

/**
 * Applies what Alipay reports and resolves after the commit. Rejects when it could not be stored; then nothing has
 * changed.
 */
export type RecordAlipayResult = (result: AlipayResult) => Promise<ResultDecision>

/** Results that share a transaction: enough for a flood of notifies, few enough to hold locks briefly. */
const batchSizeMax = 200

/**
 * Creates the one way in for everything Alipay reports. Concurrent results share one transaction of two round trips and
 * a fixed number of statements.
 */
export function createRecordAlipayResult({ outbox }: { outbox: Outbox }): RecordAlipayResult {
  async function recordBatch(received: AlipayResult[]): Promise<ResultDecision[]> {
    const startedAt = performance.now()
    const decisions = await outbox.transact(async tx => {
      // Sent in one round trip. Known refunds are read once the locks are held, so that no other process adds to them.
      const [{ payments, now }, known] = await Promise.all([
        lockPaymentsOfAttempts(
          tx,
          received.flatMap(({ outTradeNo, input }) => (input ? [outTradeNo] : [])),
        ),
        findKnownRefunds(tx, received.flatMap(refundNoticeOf)),
      ])
      const orderOf = orderIdsByAttempt([...payments.values()])
      const paymentOf = ({ outTradeNo }: AlipayResult) => payments.get(orderOf.get(outTradeNo) ?? '')
      const results = withOrigins(received, known).map(result =>
        isErased(paymentOf(result)?.customerId ?? '') ? withoutBuyer(result) : result,
      )
      const decided = decideAll(
        payments,
        results.flatMap(({ outTradeNo, input }) =>
          input ? [{ orderId: orderOf.get(outTradeNo) ?? outTradeNo, input }] : [],
        ),
      )
      const ofInputs = decided.decisions.values()
      const recorded = results.map(result => {
        return {
          result,
          payment: paymentOf(result),
          decision: result.input
            ? (ofInputs.next().value as Decision)
            : ({ outcome: 'rejected', reason: result.wrongRecipient ?? 'another_app' } as const),
        }
      })
      faultPoint('alipay_result.uncommitted')
      const traced = traceResults(recorded, decided.events, startedAt)
      return {
        writes: [
          ...decisionWrites(decided, now),
          ...notifyInserts(recorded.flatMap(notifyOf)),
          ...logInserts(recorded.flatMap(logEntryOf)),
          ...compareAgainInserts(daysOfLatePayments(decided.events, now)),
          ...auditInserts(recorded.flatMap(auditedChangeOf)),
          ...caseInserts(recorded.flatMap(({ result, decision, payment }) => casesOfResult(result, decision, payment))),
        ],
        events: traced.events,
        now,
        afterCommit: traced.record,
        result: recorded.map(({ decision }) => decision),
      }
    })
    faultPoint('alipay_result.committed')
    return decisions
  }
  const record = createBatcher({ batchSizeMax, failsBatch: isUnreachable, run: recordBatch })
  return result => record({ ...result, context: currentTrace() })
}

/** The days before today on which these payments were made: their bills may have been compared. */
function daysOfLatePayments(events: readonly NewEvent<PaymentEvent>[], now: Date): string[] {
  const today = beijingDay(now)
  return events.flatMap(event => {
    if (event.type !== 'PaymentSucceeded') return []
    const day = beijingDay(new Date(event.data.paidAt))
    return day < today ? [day] : []
  })
}

function refundNoticeOf({ input }: AlipayResult): RefundNotice[] {
  if (input?.type !== 'refundNoticed') return []
  const { trade, refund } = input
  const caseKey = outsideRefundKey(trade.outTradeNo, refund.requestNo, refund.refundedFen)
  return [{ outTradeNo: trade.outTradeNo, requestNo: refund.requestNo, caseKey }]
}

/**
 * The results, each refund notice with the origin of its refund. The same notice twice in a batch is new only once. A
 * notice without a number is new only where more was refunded than the ledger's refunds account for.
 */
function withOrigins(
  results: readonly AlipayResult[],
  { ours, outside, refundedFen }: KnownRefunds,
): readonly AlipayResult[] {
  const seen = new Set(outside)
  return results.map(result => {
    const [notice] = refundNoticeOf(result)
    if (!notice) return result
    const input = result.input as Extract<Input, { type: 'refundNoticed' }>
    const { outTradeNo, requestNo, caseKey } = notice
    const isAccountedFor = requestNo
      ? ours.get(requestNo) === outTradeNo
      : input.refund.refundedFen <= (refundedFen.get(outTradeNo) ?? 0)
    if (isAccountedFor) return { ...result, input: { ...input, origin: 'ours' } }
    const origin = seen.has(caseKey) ? 'outside_known' : 'outside'
    seen.add(caseKey)
    return { ...result, input: { ...input, origin } }
  })
}

/** What Alipay says about the buyer of an erased order is not stored. */
function withoutBuyer(result: AlipayResult): AlipayResult {
  const { notify, input } = result
  return {
    ...result,
    ...(notify ? { notify: { ...notify, body: '' } } : {}),
    ...(input && 'trade' in input ? { input: { ...input, trade: { ...input.trade, buyerId: undefined } } } : {}),
  }
}

interface Recorded {
  readonly result: AlipayResult
  /** As it was before the batch. */
  readonly payment: Payment | undefined
  readonly decision: ResultDecision
}

function notifyOf({ result: { notify }, decision }: Recorded): StoredNotify[] {
  return notify ? [{ ...notify, result: resultOf(decision) }] : []
}

/** Only calls that changed something: twenty queries of an attempt that stays unpaid would fill the timeline. */
function logEntryOf({ result: { outTradeNo, notify, call }, decision }: Recorded): LogEntry[] {
  if (!call || decision.outcome !== 'changed') return []
  const method = findAttempt(decision.payment, outTradeNo)?.method
  const replayed = notify ? { notifyId: notify.notifyId } : {}
  const detail = { ...replayed, outTradeNo, ...(method ? { method } : {}), result: decision.as }
  return [{ orderId: decision.payment.orderId, what: call.what, cause: call.cause, detail }]
}

function auditedChangeOf({ result, payment, decision }: Recorded): AuditedChange[] {
  const { outTradeNo, notify, call } = result
  if (!call?.requester || decision.outcome !== 'changed') return []
  const { actor, reason } = call.requester
  const { orderId, status } = decision.payment
  const change =
    call.what === 'replay'
      ? ({ action: 'notify.replay', object: notify?.notifyId ?? outTradeNo } as const)
      : ({ action: `payment.${call.what}`, object: orderId } as const)
  return [
    {
      actor,
      ...change,
      orderId,
      before: { state: payment?.status },
      after: { state: status, outTradeNo, result: decision.as },
      reason,
    },
  ]
}

function orderIdsByAttempt(payments: readonly Payment[]): ReadonlyMap<string, string> {
  return new Map(payments.flatMap(({ orderId, attempts }) => attempts.map(({ outTradeNo }) => [outTradeNo, orderId])))
}
