import type { LineUnits, PaymentMethod, RefundReason, RefundStatus } from '@alipay-checkout/contracts'
import { assertNever } from '@alipay-checkout/service-kit'
import type { RefundAnswer, RefundQueryAnswer } from '../alipay/refunds.ts'

/** Refunded units of an order's line. */
export interface RefundedLine {
  readonly sku: string
  readonly quantity: number
  /** The line's part of the amount; undefined in a request, and in refunds from before lines had a share. */
  readonly amountFen?: number | undefined
}

/** A refund of money to its buyer. */
export interface Refund {
  /** Also Alipay's `out_request_no`: Alipay refunds once per number, however often it is sent. */
  readonly refundId: string
  readonly orderId: string
  readonly outTradeNo: string
  /** How its trade was paid. */
  readonly method?: PaymentMethod | undefined
  readonly amountFen: number
  readonly reason: RefundReason
  readonly lines?: readonly RefundedLine[] | undefined
  /** The part of a refund by lines that is for shipping. */
  readonly shippingFen: number
  readonly returnToStock: boolean
  readonly note?: string | undefined
  readonly requestedBy: string
  /**
   * AWAITING_APPROVAL: taken from the balance, and due once a second person approves it. REQUESTED: taken from the
   * balance, not sent to Alipay yet. PENDING: sent, with an unknown outcome. REJECTED: refused by the second person.
   */
  readonly status: RefundStatus
  readonly nextStep?: 'refund' | 'query' | undefined
  readonly nextTryAt?: Date | undefined
  readonly tries: number
  readonly refusedWith?: string | undefined
  readonly why?: string | undefined
  /** The second person, who approved or rejected it. */
  readonly approvedBy?: string | undefined
  readonly approvedAt?: Date | undefined
  readonly requestedAt: Date
  readonly finishedAt?: Date | undefined
}

/** The units of refunded lines, as events and answers carry them. */
export function unitsOf(lines: readonly RefundedLine[]): LineUnits[] {
  return lines.map(({ sku, quantity }) => ({ sku, quantity }))
}

/** Whether a refund takes its amount from the balance: not once it has failed or was rejected. */
export function isTaking({ status }: Pick<Refund, 'status'>): boolean {
  return status !== 'FAILED' && status !== 'REJECTED'
}

/** What limits the refunds that one person requests for one order. Undefined: no limit. Units: fen. */
export interface RefundLimits {
  /** Above this sum, a second person has to approve. */
  readonly secondPersonAboveFen?: number | undefined
  /** This sum must not be exceeded. */
  readonly limitFen?: number | undefined
}

export type Permitted =
  | { readonly outcome: 'permitted'; readonly needsApproval: boolean }
  /** `leftFen` of the limit can still be requested. */
  | { readonly outcome: 'exceeds_limit'; readonly limitFen: number; readonly leftFen: number }

/**
 * Whether a person may request a refund of `amountFen`. `takenFen` is what the person's other refunds of the order take,
 * so that several small refunds count as one. Pure.
 */
export function permitRefund(
  amountFen: number,
  takenFen: number,
  { secondPersonAboveFen, limitFen }: RefundLimits,
): Permitted {
  const sumFen = takenFen + amountFen
  if (limitFen !== undefined && sumFen > limitFen) {
    return { outcome: 'exceeds_limit', limitFen, leftFen: Math.max(0, limitFen - takenFen) }
  }
  return { outcome: 'permitted', needsApproval: secondPersonAboveFen !== undefined && sumFen > secondPersonAboveFen }
}

/** What happened to a refund. `at` is when, on the database's clock. */
export type RefundInput =
  | { readonly type: 'refundAnswered'; readonly answer: RefundAnswer; readonly at: Date }
  | { readonly type: 'queryAnswered'; readonly answer: RefundQueryAnswer; readonly at: Date }
  /** A person requested another try of a failed refund, which may need a second person. */
  | { readonly type: 'retryRequested'; readonly needsApproval: boolean; readonly at: Date }
  | { readonly type: 'approved'; readonly by: string; readonly at: Date }
  | { readonly type: 'rejected'; readonly by: string; readonly reason: string; readonly at: Date }

export type RefundDecision =
  | {
      readonly outcome: 'changed'
      readonly as: 'succeeded' | 'failed' | 'queried_later' | 'sent_later' | 'retried' | 'approved' | 'rejected'
      readonly refund: Refund
      /** A case is opened unless an earlier one is open, because the refund takes too long. */
      readonly stuck: boolean
    }
  /** `decided_before`: by the same person, in the same way. `own_request`: only a second person may approve. */
  | {
      readonly outcome: 'ignored'
      readonly reason: 'finished' | 'not_failed' | 'not_awaiting' | 'decided_before' | 'own_request'
    }

/** Pauses before the next try, s, each for two tries. It never gives up, because the buyer waits for the money. */
const pausesS = [10, 30, 60, 300, 900] as const
const pauseMaxS = 3_600
/** Tries after which a case is opened: six minutes or more without a certain outcome. */
const stuckAfterTries = 8
/** Tries after which a case is opened again where that one was resolved: a day, at the longest pause. */
const stuckAgainEveryTries = 24

/**
 * What an answer does to a refund. Pure. `queryAfterMs` is the time that Alipay requires between a refund and the query
 * about it.
 */
export function decideRefund(refund: Refund, input: RefundInput, queryAfterMs: number): RefundDecision {
  switch (input.type) {
    case 'retryRequested':
      return retry(refund, input)
    case 'approved':
      return approve(refund, input)
    case 'rejected':
      return rejectRefund(refund, input)
    default:
      if (refund.status !== 'REQUESTED' && refund.status !== 'PENDING') return ignore('finished')
      return input.type === 'refundAnswered'
        ? onRefundAnswer(refund, input.answer, input.at, queryAfterMs)
        : onQueryAnswer(refund, input.answer, input.at)
  }
}

function ignore(reason: (RefundDecision & { outcome: 'ignored' })['reason']): RefundDecision {
  return { outcome: 'ignored', reason }
}

function retry(refund: Refund, { at, needsApproval }: RefundInput & { type: 'retryRequested' }): RefundDecision {
  if (refund.status !== 'FAILED') return ignore('not_failed')
  const { why, finishedAt, refusedWith, ...rest } = refund
  const again: Refund = needsApproval
    ? { ...rest, status: 'AWAITING_APPROVAL', tries: 0 }
    : { ...rest, status: 'REQUESTED', nextStep: 'refund', nextTryAt: at, tries: 0 }
  return { outcome: 'changed', as: 'retried', refund: again, stuck: false }
}

function approve(refund: Refund, { by, at }: RefundInput & { type: 'approved' }): RefundDecision {
  if (refund.status !== 'AWAITING_APPROVAL') {
    return ignore(refund.approvedBy === by && refund.status !== 'REJECTED' ? 'decided_before' : 'not_awaiting')
  }
  if (refund.requestedBy === by) return ignore('own_request')
  const due = { status: 'REQUESTED', nextStep: 'refund', nextTryAt: at } as const
  return {
    outcome: 'changed',
    as: 'approved',
    refund: { ...refund, ...due, approvedBy: by, approvedAt: at },
    stuck: false,
  }
}

function rejectRefund(refund: Refund, { by, reason, at }: RefundInput & { type: 'rejected' }): RefundDecision {
  if (refund.status !== 'AWAITING_APPROVAL') {
    return ignore(refund.approvedBy === by && refund.status === 'REJECTED' ? 'decided_before' : 'not_awaiting')
  }
  const decided = { approvedBy: by, approvedAt: at, finishedAt: at, why: reason } as const
  return { outcome: 'changed', as: 'rejected', refund: { ...refund, ...decided, status: 'REJECTED' }, stuck: false }
}

function onRefundAnswer(refund: Refund, answer: RefundAnswer, at: Date, queryAfterMs: number): RefundDecision {
  switch (answer.outcome) {
    case 'done':
      return finish(refund, 'SUCCEEDED', at)
    case 'unclear':
      return later(refund, {
        nextStep: 'query',
        nextTryAt: after(at, Math.max(queryAfterMs, pauseMs(refund.tries))),
        why: answer.detail,
      })
    case 'refused':
      // It may be refused because an earlier try succeeded, so it is queried before it fails.
      return later(refund, {
        nextStep: 'query',
        nextTryAt: after(at, queryAfterMs),
        why: answer.code,
        refusedWith: answer.code,
      })
    case 'no_funds':
      return later(refund, { nextStep: 'refund', nextTryAt: after(at, pauseMs(refund.tries)), why: answer.code })
    default:
      return assertNever(answer)
  }
}

function onQueryAnswer(refund: Refund, answer: RefundQueryAnswer, at: Date): RefundDecision {
  switch (answer.outcome) {
    case 'done':
      return finish(refund, 'SUCCEEDED', at)
    case 'absent':
      return refund.refusedWith
        ? finish(refund, 'FAILED', at, refund.refusedWith)
        : later(refund, {
            nextStep: 'refund',
            // The same number cannot refund twice, and Alipay answers, so there is nothing to wait for.
            nextTryAt: at,
            why: 'Alipay has not received it; it is sent again',
          })
    case 'unclear':
      return later(refund, { nextStep: 'query', nextTryAt: after(at, pauseMs(refund.tries)), why: answer.detail })
    default:
      return assertNever(answer)
  }
}

function finish(refund: Refund, status: 'SUCCEEDED' | 'FAILED', at: Date, why?: string): RefundDecision {
  const { nextStep, nextTryAt, why: before, ...rest } = refund
  return {
    outcome: 'changed',
    as: status === 'SUCCEEDED' ? 'succeeded' : 'failed',
    refund: { ...rest, status, finishedAt: at, ...(why ? { why } : {}) },
    stuck: false,
  }
}

function later(
  refund: Refund,
  next: { nextStep: 'refund' | 'query'; nextTryAt: Date; why: string; refusedWith?: string },
): RefundDecision {
  const tries = refund.tries + 1
  return {
    outcome: 'changed',
    as: next.nextStep === 'query' ? 'queried_later' : 'sent_later',
    refund: { ...refund, ...next, status: 'PENDING', tries },
    stuck: tries >= stuckAfterTries && (tries - stuckAfterTries) % stuckAgainEveryTries === 0,
  }
}

function pauseMs(tries: number): number {
  return (pausesS[Math.floor(tries / 2)] ?? pauseMaxS) * 1000
}

function after(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms)
}
