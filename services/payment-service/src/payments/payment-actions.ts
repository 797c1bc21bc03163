import { OrderId, PaymentResult, ReasonBody } from '@alipay-checkout/contracts'
import { actorFrom, type HttpApp, Problem, RequiredActorHeaders } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import type { AlipayCall, AlipayInput, ResultDecision } from './alipay-result.ts'
import { noteUnchanged } from './note-unchanged.ts'
import { type Attempt, findAttempt, type Payment } from './payment.ts'
import { findPayments } from './payment-store.ts'
import {
  type AlipayAccess,
  type ClosedState,
  closePayment,
  noAnswerProblem,
  type PaymentState,
  queryPayment,
} from './query-payment.ts'

interface Options extends AlipayAccess {
  db: Db
  /** Wakes the job that closes attempts at Alipay, at these times. */
  scheduleClose: (dueAt: readonly Date[]) => void
}

/** What an action did about one attempt. `unknown` where Alipay gave no clear answer, and nothing has changed. */
interface AttemptResult {
  readonly outTradeNo: string
  /** For people. */
  readonly result: string
  readonly decision?: ResultDecision | undefined
  readonly unknown?: Extract<PaymentState, { state: 'unknown' }>['answer']
}

/** A call that a person requested. */
type RequestedCall = AlipayCall & { what: 'query' | 'close'; requester: object }

const params = Type.Object({ orderId: OrderId })
const response = { 200: PaymentResult }

/** Lets people query Alipay about a payment, and close its open attempts, now. */
export function addPaymentActions(app: HttpApp, options: Options): void {
  const { db } = options

  app.post(
    '/admin/payments/:orderId/query',
    { schema: { params, headers: RequiredActorHeaders, response } },
    async ({ params: { orderId }, headers }) => {
      const actor = actorFrom(headers)
      const { payment } = await known(db, orderId)
      const isAsked = payment.attempts.some(mayHoldMoney)
      if (isAsked && !options.alipay.hasRoom()) throw overBudget()
      const call = { what: 'query', cause: `requested by ${actor.id}`, requester: { actor } } as const
      const results = await Promise.all(payment.attempts.map(attempt => queryAttempt(attempt, call, options)))
      const asked = results.filter((_, index) => mayHoldMoney(payment.attempts[index] as Attempt))
      const unknown = asked.find(one => one.unknown)?.unknown
      if (unknown && asked.every(one => one.unknown)) throw noAnswer(unknown)
      return finish(payment, call, results, db)
    },
  )

  app.post(
    '/admin/payments/:orderId/close',
    { schema: { params, headers: RequiredActorHeaders, body: ReasonBody, response } },
    async ({ params: { orderId }, headers, body: { reason } }) => {
      const actor = actorFrom(headers)
      const { payment, now } = await known(db, orderId)
      const call = { what: 'close', cause: `requested by ${actor.id}`, requester: { actor, reason } } as const
      const results = await Promise.all(payment.attempts.map(attempt => closeAttempt(attempt, now, call, options)))
      return finish(payment, call, results, db)
    },
  )
}

async function known(db: Db, orderId: string): Promise<{ payment: Payment; now: Date }> {
  const { payments, now } = await findPayments(db, [orderId])
  const payment = payments.get(orderId)
  if (!payment) throw new Problem('order-not-found', `There is no order ${orderId} to pay.`)
  return { payment, now }
}

/** Whether Alipay may have taken money for the attempt that is not recorded: also for a closed one with a link. */
function mayHoldMoney(attempt: Attempt): boolean {
  return (
    attempt.status === 'OPENED' ||
    (attempt.status === 'CLOSED' && attempt.method !== undefined && !attempt.refundedBeforeRecorded)
  )
}

async function queryAttempt(attempt: Attempt, call: AlipayCall, access: AlipayAccess): Promise<AttemptResult> {
  const { outTradeNo } = attempt
  if (!mayHoldMoney(attempt)) return { outTradeNo, result: describeAttempt(attempt) }
  const queried = await queryPayment(outTradeNo, access, { call, source: 'query', priority: 'request' })
  const decision = 'decision' in queried ? queried.decision : undefined
  const unknown = queried.state === 'unknown' ? { unknown: queried.answer } : {}
  return { outTradeNo, result: describeState(queried), decision, ...unknown }
}

async function closeAttempt(
  attempt: Attempt,
  at: Date,
  call: AlipayCall & { what: 'close' },
  { scheduleClose, ...access }: Options,
): Promise<AttemptResult> {
  const { outTradeNo } = attempt
  if (attempt.status !== 'OPENED') return { outTradeNo, result: describeAttempt(attempt) }
  const record = (input: AlipayInput) => access.recordAlipayResult({ outTradeNo, input, call })
  const closed = await closePayment(outTradeNo, access, { ...call, source: 'close' })
  switch (closed.state) {
    case 'paid':
    case 'closed':
      return { outTradeNo, result: describeState(closed), decision: closed.decision }
    case 'no_trade': {
      const decision = await record({ type: 'noTradeAtAlipay', outTradeNo, at })
      const after = decision.outcome === 'changed' ? findAttempt(decision.payment, outTradeNo) : attempt
      const result =
        after?.status === 'CLOSED'
          ? 'No buyer has used it, and it is closed here.'
          : `No buyer has used it yet, so Alipay has nothing to close. Its link can be paid until ${attempt.timeExpire.toISOString()}; cancel the order to end it.`
      return { outTradeNo, result, decision }
    }
    default: {
      const decision = await record({ type: 'outcomeUnknown', outTradeNo, at, isRequested: true })
      const after = decision.outcome === 'changed' ? findAttempt(decision.payment, outTradeNo) : undefined
      if (after?.status === 'OPENED' && after.nextCloseAt) scheduleClose([after.nextCloseAt])
      const result = `${describeState(closed)} Closing is tried again automatically.`
      return { outTradeNo, result, decision }
    }
  }
}

/**
 * The answer. What changed is in the audit log already, in the transaction of the change. A call that changed nothing is
 * noted there too, once for a double click.
 */
async function finish(
  { orderId, status }: Payment,
  { what, cause, requester }: RequestedCall,
  results: readonly AttemptResult[],
  db: Db,
): Promise<PaymentResult> {
  const said = results.map(({ outTradeNo, result }) => ({ outTradeNo, result }))
  if (!results.some(({ decision }) => decision?.outcome === 'changed')) {
    const { actor, reason } = requester
    const change = { actor, action: `payment.${what}` as const, object: orderId, orderId, reason }
    const unchanged = { ...change, before: { state: status }, after: { state: status } }
    await noteUnchanged(db, { orderId, what, cause, detail: { results: said } }, unchanged)
  }
  const { payment } = await known(db, orderId)
  return { orderId, results: said, state: payment.status }
}

/** What is known of an attempt without a call to Alipay. */
function describeAttempt(attempt: Attempt): string {
  switch (attempt.status) {
    case 'CREATED':
      return 'The shopper was not sent to Alipay with it.'
    case 'PAID':
      return 'Its payment is recorded.'
    default:
      return 'It is closed and takes no money.'
  }
}

function describeState(state: PaymentState | ClosedState): string {
  switch (state.state) {
    case 'paid': {
      const { decision, trade } = state
      if (decision.outcome === 'changed') return 'Alipay reports it as paid. The payment has been recorded.'
      return decision.outcome === 'ignored'
        ? 'Alipay reports it as paid. The payment was recorded before.'
        : `Alipay reports a payment of ${trade.amountFen} fen, which is rejected (${decision.reason}): see its case.`
    }
    case 'closed':
      return 'Alipay has closed it: it takes no money any more.'
    case 'waiting':
      return 'A buyer has opened it at Alipay and has not paid yet.'
    case 'no_trade':
      return 'Alipay has no trade of it: no buyer has used it.'
    case 'not_closed':
      return `Alipay did not close it (${state.detail}).`
    case 'unknown':
      return state.answer.reason === 'over_budget'
        ? 'It was not queried, because there are too many calls to Alipay. Try again in a moment.'
        : `Alipay gave no clear answer (${state.answer.detail}).`
  }
}

function noAnswer(answer: NonNullable<AttemptResult['unknown']>): Problem {
  return answer.reason === 'over_budget' ? overBudget() : noAnswerProblem(answer)
}

const overBudget = () =>
  new Problem(
    'too-many-requests',
    'There are too many calls to Alipay at the moment (ALIPAY_CALLS_PER_SECOND), and closing and refunds come first. Try again in a moment.',
  )
