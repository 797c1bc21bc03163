import type { Outbox } from '@alipay-checkout/messaging'
import { type Actor, Problem } from '@alipay-checkout/service-kit'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import type { cases } from '../case-store/schema.ts'
import { resultOf } from '../payments/alipay-result.ts'
import { isRefundedBeforeRecorded } from '../payments/attempt-store.ts'
import { compareAgainInserts } from '../payments/compare-again.ts'
import { type AlipayAccess, queryPayment } from '../payments/query-payment.ts'
import { dateIn } from '../reconciliation/day.ts'
import { settleBillRefund } from '../reconciliation/record-differences.ts'
import { type Booking, bookOutsideRefund, type ConfirmedRefund } from '../refunds/outside-refund.ts'
import type { Refund } from '../refunds/refund.ts'
import { requestRefund, retryRefund } from '../refunds/request-refund.ts'
import type { Action } from './case.ts'

export interface ActionDependencies extends AlipayAccess {
  db: Db
  outbox: Outbox
  /** Wakes the job that executes refunds. */
  refundNow: () => void
  /** An action needs the approval of two different people. */
  secondPerson: boolean
  /** Above this sum of a person's refunds of an order, fen, a second person has to approve; undefined: never. */
  secondPersonAboveFen: number | undefined
}

type CaseRow = typeof cases.$inferSelect

/** What an action would do, and how it is done. */
export interface Plan {
  /** For people: completes "would: …". */
  readonly would: string
  /**
   * Does it in the name of `actor`; resolves to its result, for people. Doing it again is safe. Throws a Problem when it
   * failed; the case stays open then.
   */
  run(actor: Actor): Promise<string>
}

/** Plans an action for a case. Throws the problem `invalid-request` when the action does not apply to the case. */
export function planAction(row: CaseRow, action: Action, dependencies: ActionDependencies): Plan {
  switch (action) {
    case 'none':
      return { would: 'only note that the case has been dealt with', run: async () => 'nothing had to be done' }
    case 'query_trade': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      return {
        would: `query Alipay about ${outTradeNo}, and record its payment if it is paid with the amount of the order`,
        run: ({ id: by }) => recordPayment(row, { outTradeNo, source: 'query', by }, dependencies),
      }
    }
    case 'accept_payment': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      return {
        would: `query Alipay about ${outTradeNo}, and record its payment if it is paid, whatever its amount`,
        run: ({ id: by }) => recordPayment(row, { outTradeNo, source: 'case', by }, dependencies),
      }
    }
    case 'refund_trade': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      const orderId = needed(row.orderId, 'names no known order')
      if (row.kind === 'amount_mismatch') throw notRecorded(outTradeNo)
      return {
        would: `refund everything that is left of ${outTradeNo}`,
        run: actor => refundTrade(row, { orderId, outTradeNo }, actor, dependencies),
      }
    }
    case 'book_outside_refund': {
      const outTradeNo = needed(row.outTradeNo, 'names no trade')
      const orderId = needed(row.orderId, 'names no known order')
      needed(row.kind === 'outside_refund' ? row.kind : undefined, 'is not about a refund that was made elsewhere')
      // Alipay: a refund that was requested without a number has the trade's.
      const requestNo = requestNoOf(row) ?? outTradeNo
      return {
        would: `query Alipay about refund ${requestNo} of ${outTradeNo}, and enter it in the ledger if it is done`,
        run: ({ id: by }) => bookRefund(row, { orderId, outTradeNo, requestNo }, by, dependencies),
      }
    }
    case 'retry_refund': {
      const refundId = needed(refundIdOf(row), 'is not about a refund')
      return {
        would: `send refund ${refundId} to Alipay again, with the same number, so that it refunds at most once`,
        run: actor => retry(refundId, actor, dependencies),
      }
    }
  }
}

function needed(value: string | null | undefined, otherwise: string): string {
  if (!value)
    throw new Problem('invalid-request', `The action does not apply: the case ${otherwise}. Choose another action.`)
  return value
}

/** Only what the ledger has can be refunded here, and it has no payment of another amount until that is accepted. */
const notRecorded = (outTradeNo: string) =>
  new Problem(
    'invalid-request',
    `The payment of ${outTradeNo} is not recorded, because its amount is not the order's. If the order is to be shipped, ` +
      'choose "accept_payment". Otherwise refund the trade in Alipay’s console, then resolve the case with "none".',
  )

function refundIdOf({ evidence }: CaseRow): string | undefined {
  const { refundId } = (evidence ?? {}) as { refundId?: unknown }
  return typeof refundId === 'string' && /^ref_[0-9a-f]{32}$/.test(refundId) ? refundId : undefined
}

function requestNoOf({ evidence }: CaseRow): string | undefined {
  const { requestNo } = (evidence ?? {}) as { requestNo?: unknown }
  return typeof requestNo === 'string' && requestNo !== '' ? requestNo : undefined
}

async function recordPayment(
  { caseId }: CaseRow,
  { outTradeNo, source, by }: { outTradeNo: string; source: 'query' | 'case'; by: string },
  access: ActionDependencies,
): Promise<string> {
  const call = { what: 'case', cause: `${caseId}, approved by ${by}` } as const
  const result = await queryPayment(outTradeNo, access, { call, source })
  if (result.state === 'unknown') throw unclear(result.answer.detail)
  if (result.state !== 'paid') throw unsettled(`Alipay reports ${result.state}: there is no payment to record.`)
  const { decision, trade } = result
  if (decision.outcome === 'rejected') {
    throw unsettled(`Alipay reports a payment of ${trade.amountFen} fen, which is rejected: ${decision.reason}.`)
  }
  return `Alipay reports paid: ${resultOf(decision)}`
}

const unclear = (detail: string) =>
  new Problem('alipay-failed', `Alipay gave no clear answer (${detail}). Try again in a moment.`)

const unsettled = (what: string) =>
  new Problem('invalid-request', `${what} The case stays open; resolve it with "none" once it has been dealt with.`)

async function refundTrade(
  { caseId }: CaseRow,
  trade: { orderId: string; outTradeNo: string },
  actor: Actor,
  dependencies: ActionDependencies,
): Promise<string> {
  const { db, refundNow } = dependencies
  // Derived from the case, so that approving twice makes one refund.
  const refundId = `ref_${caseId.slice('case_'.length)}`
  const request = { ...trade, refundId, reason: 'requested', note: caseId, requestedBy: actor.id } as const
  const requester = { actor, limits: { secondPersonAboveFen: approvedAboveFen(dependencies) } }
  const answer = await db.transaction(tx => requestRefund(tx, request, { requester }))
  if (answer.outcome !== 'requested' && answer.outcome !== 'repeated') {
    throw new Problem('order-not-refundable', `Nothing of ${trade.outTradeNo} can be refunded: ${answer.outcome}.`)
  }
  refundNow()
  return `refund ${refundId} of ${answer.refund.amountFen} fen ${requestedAs(answer.refund)}`
}

/** Two people have approved the action already where cases need a second person. */
function approvedAboveFen({ secondPerson, secondPersonAboveFen }: ActionDependencies): number | undefined {
  return secondPerson ? undefined : secondPersonAboveFen
}

function requestedAs({ status }: Refund): string {
  return status === 'AWAITING_APPROVAL' ? 'waits for the approval of a second person' : 'has been requested'
}

/** A notify or a bill has reported the refund; its amount is taken only from Alipay's signed answer to a query. */
async function bookRefund(
  row: CaseRow,
  refund: { orderId: string; outTradeNo: string; requestNo: string },
  by: string,
  dependencies: ActionDependencies,
): Promise<string> {
  const { caseId, evidence } = row
  const { outbox, alipay } = dependencies
  const { orderId, outTradeNo, requestNo } = refund
  const answer = await alipay.findRefund(refund)
  if (answer.outcome === 'unclear') {
    throw unclear(answer.detail)
  }
  if (answer.outcome === 'absent') throw unsettled(`Alipay has no refund ${requestNo} of ${outTradeNo}.`)
  const { refundedAt } = evidence as { refundedAt?: string }
  const { amountFen, at = refundedAt ? new Date(refundedAt) : new Date() } = answer
  const confirmed = { outTradeNo, requestNo, amountFen, at }
  const booking = await outbox.transact<Booking>(async tx => {
    const booking = await bookOutsideRefund(tx, confirmed, { orderId, by, note: caseId })
    if (booking.outcome !== 'booked') return { result: booking }
    await settleBillRefund(tx, outTradeNo, requestNo)
    await runAll(tx, compareAgainInserts([dateIn(at)]))
    return { events: [booking.event], now: booking.now, result: booking }
  })
  switch (booking.outcome) {
    case 'booked':
      return `refund ${requestNo} of ${amountFen} fen is in the ledger as ${booking.refundId}`
    case 'booked_before':
      return `refund ${requestNo} was in the ledger already, as ${booking.refundId}`
    case 'ours':
      return `refund ${requestNo} was made by payment-service and is in the ledger anyway`
    case 'refunded_before_recorded':
      return `${outTradeNo} was paid and fully refunded before its payment was recorded: there is nothing to enter`
    case 'not_paid':
      return closeAsRefunded(row, { ...answer, ...confirmed }, by, dependencies)
    case 'exceeds_balance':
      throw new Problem(
        'refund-exceeds-balance',
        `Alipay refunded ${amountFen} fen, but refunds in progress leave only ${booking.leftFen}. Approve it again once they have ended.`,
        { refundableFen: booking.leftFen },
      )
  }
}

/**
 * The payment is not recorded, and a bill reports its refund. After a full refund neither counts here; after a partial
 * one the payment has to be recorded first.
 */
async function closeAsRefunded(
  { caseId }: CaseRow,
  refund: ConfirmedRefund & { totalFen: number | undefined; tradeNo: string | undefined },
  by: string,
  { db, recordAlipayResult }: ActionDependencies,
): Promise<string> {
  const { outTradeNo, requestNo, amountFen, totalFen, tradeNo, at } = refund
  if (!tradeNo || totalFen !== amountFen) {
    throw unsettled(
      `The payment of ${outTradeNo} is not recorded. Record it first, with "query_trade" of its own case.`,
    )
  }
  const decision = await recordAlipayResult({
    outTradeNo,
    input: {
      type: 'refundNoticed',
      trade: { outTradeNo, tradeNo, amountFen, paidAt: at },
      refund: { requestNo, refundedFen: amountFen, at },
      origin: 'outside_known',
    },
    call: { what: 'case', cause: `${caseId}, approved by ${by}` },
  })
  if (decision.outcome === 'rejected') throw unsettled(`What Alipay reports is rejected: ${decision.reason}.`)
  if (!(await isRefundedBeforeRecorded(db, outTradeNo))) {
    throw new Problem(
      'invalid-request',
      `The payment of ${outTradeNo} was recorded at the same moment. Approve it again.`,
    )
  }
  return `${outTradeNo} was paid and fully refunded before its payment was recorded: there is nothing to enter`
}

async function retry(refundId: string, actor: Actor, dependencies: ActionDependencies): Promise<string> {
  const { db, refundNow } = dependencies
  const secondPersonAboveFen = approvedAboveFen(dependencies)
  const answer = await db.transaction(tx => retryRefund(tx, refundId, { actor, secondPersonAboveFen }))
  // It was retried already, or Alipay has confirmed it.
  if (answer.outcome === 'not_failed' || answer.outcome === 'repeated') return `refund ${refundId} is no longer failed`
  if (answer.outcome === 'share_changed')
    throw new Problem(
      'order-not-refundable',
      `Other refunds of ${answer.sku} took a part of this refund's share. Request a new refund of the line.`,
    )
  if (answer.outcome !== 'retried')
    throw new Problem('order-not-refundable', `The refund cannot be retried: ${answer.outcome}.`)
  refundNow()
  const { status } = answer.refund
  return status === 'AWAITING_APPROVAL'
    ? `refund ${refundId} waits for the approval of a second person`
    : `refund ${refundId} has been requested again`
}
