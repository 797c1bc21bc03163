import { type OpenedPayment, OpenPayment } from '@alipay-checkout/contracts'
import { type Calls, createBatcher, faultPoint, isUnreachable, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { PagePay } from '../alipay/page-pay.ts'
import { insertOpened, markOpened, type OpenedAttempt, releaseSync } from './attempt-store.ts'
import { decideOpening, type Opening, type OpeningRefused } from './opening.ts'
import { findPayments } from './payment-store.ts'
import type { PaymentWaiters } from './payment-waiters.ts'
import { type AlipayAccess, closePayment, noAnswerProblem } from './query-payment.ts'
import { syncEveryS, syncPausesS } from './query-schedule.ts'
import { syncForRequest } from './sync-payment.ts'

/** Requests that share their statements. */
const batchSizeMax = 200
/** How long a request waits for a payment whose OrderCreated is on its way, ms. Kafka usually takes a few. */
const creationWaitMs = 1_000
/** How often the payment is read meanwhile, because another replica may have created it, ms. */
const readEveryMs = 100
/** Entries remembered: attempts that were closed for another payer, and orders whose query failed. */
const recentCallsMax = 10_000

const refusals: Record<Exclude<OpeningRefused, 'unknown_order'>, string> = {
  expired: 'The time to pay this order is over. Place a new one.',
  closing: 'The order is being closed. Place a new one.',
  closed: 'The order is closed. Place a new one.',
  already_paid: 'The order is paid already.',
  too_many_attempts: 'There were too many payments for this order. Place a new one.',
}

interface Options extends AlipayAccess {
  db: Db
  pagePay: PagePay
  paymentWaiters: PaymentWaiters
  /** Wakes the job that queries Alipay, at these times. */
  scheduleSync: (dueAt: readonly Date[]) => void
}

/** Sends a shopper to Alipay with a signed link or form, which is given out only once its attempt is stored as OPENED. */
export function addOpenPayment(calls: Calls, options: Options): void {
  const { db, pagePay, paymentWaiters } = options
  const open = createBatcher<string, Opening>({
    batchSizeMax,
    failsBatch: isUnreachable,
    run: orderIds => openPayments(db, orderIds),
  })

  const closeOnce = shareRecentCalls(recentCallsMax, syncEveryS * 1000, (outTradeNo: string) =>
    closeForAnotherPayer(outTradeNo, options),
  )

  // The first retry after a query without an answer causes another query; after that the order's pause applies.
  const releaseOnce = shareRecentCalls(recentCallsMax, syncEveryS * 1000, (orderId: string) => releaseSync(db, orderId))

  async function query(orderId: string) {
    try {
      return await syncForRequest(orderId, options, 'the shopper came back')
    } catch (error) {
      await releaseOnce(orderId)
      throw error
    }
  }

  async function openWhenKnown(orderId: string): Promise<Opening> {
    const giveUpAt = performance.now() + creationWaitMs
    for (;;) {
      const opening = await open(orderId)
      const unknown = opening.outcome === 'refused' && opening.reason === 'unknown_order'
      if (!unknown || performance.now() >= giveUpAt) return opening
      await paymentWaiters.wait(orderId, readEveryMs)
    }
  }

  calls.post('/payments/open', OpenPayment, async ({ orderId, method, as, returnUrl, anotherPayer }) => {
    if (!/^https?:\/\//.test(returnUrl) || !URL.canParse(returnUrl)) {
      throw new Problem('invalid-request', 'returnUrl must be an http or https address.')
    }
    let opening = await openWhenKnown(orderId)
    faultPoint('link.committed')
    if (opening.outcome === 'opened_before') {
      // A shopper who returns may have paid meanwhile; at the first opening no trade can exist at Alipay. Without a query
      // the same link is given out again, and Alipay takes no money for it twice.
      const now = anotherPayer ? await closeOnce(opening.outTradeNo) : await query(orderId)
      if (now === 'paid') throw refusal(orderId, 'already_paid')
      if (now === 'closed') opening = await open(orderId)
    }
    if (opening.outcome === 'refused') throw refusal(orderId, opening.reason)
    if (opening.outcome !== 'opened_before') options.scheduleSync([new Date(Date.now() + syncPausesS[0] * 1000)])
    const { outTradeNo, amountFen, timeExpire } = opening
    const content = await pagePay[as]({ orderId, outTradeNo, amountFen, timeExpire, returnUrl, now: new Date() })
    return { status: 200, body: { orderId, outTradeNo, method, content } satisfies OpenedPayment }
  })
}

/** Opens payments with two statements, or three where some need another attempt. One result per order id, in order. */
async function openPayments(db: Db, orderIds: readonly string[]): Promise<Opening[]> {
  const { payments, now } = await findPayments(db, orderIds)
  const openings = orderIds.map(orderId => decideOpening(payments.get(orderId), now))
  const first = fresh(openings, 'open')
  const next = fresh(openings, 'open_next')
  if (first.length + next.length === 0) return openings
  const opened = new Set<string>()
  if (first.length > 0) for (const no of await markOpened(db, first)) opened.add(no)
  if (next.length > 0) for (const no of await insertOpened(db, next)) opened.add(no)
  if (opened.size === first.length + next.length) return openings
  // Those that were opened, closed or paid between the statements are decided again.
  const overtaken = (one: Opening) =>
    (one.outcome === 'open' || one.outcome === 'open_next') && !opened.has(one.outTradeNo)
  const again = await openPayments(
    db,
    orderIds.filter((_, index) => overtaken(openings[index] as Opening)),
  )
  return openings.map(one => (overtaken(one) ? (again.shift() as Opening) : one))
}

/** The attempts to be opened, each once however many requests want it. */
function fresh(openings: readonly Opening[], outcome: 'open' | 'open_next'): OpenedAttempt[] {
  const wanted = openings.flatMap(one => (one.outcome === outcome ? [[one.outTradeNo, one] as const] : []))
  return [...new Map(wanted).values()] as OpenedAttempt[]
}

function refusal(orderId: string, reason: OpeningRefused): Problem {
  return reason === 'unknown_order'
    ? new Problem('order-not-found', `There is no order ${orderId} to pay.`)
    : new Problem('order-not-payable', refusals[reason], { reason })
}

/**
 * Makes sure that an attempt cannot be paid any more, so that another payer gets the next one. `no_trade`: no buyer has
 * opened it, so any payer can use it. Throws the problem `alipay-failed` or `alipay-timeout` when it may still be payable.
 */
async function closeForAnotherPayer(outTradeNo: string, access: AlipayAccess): Promise<'paid' | 'closed' | 'no_trade'> {
  const result = await closePayment(outTradeNo, access, { cause: 'another payer was requested', source: 'query' })
  if (result.state === 'unknown') throw noAnswerProblem(result.answer)
  if (result.state === 'not_closed') throw noAnswerProblem({ reason: 'failed' })
  return result.state
}

/**
 * Wraps a call so that the same subject within `keptForMs` gets the same answer, or the same error, without another call.
 * At most `callsMax` are remembered; the oldest are dropped first.
 */
function shareRecentCalls<Answer>(
  callsMax: number,
  keptForMs: number,
  call: (subject: string) => Promise<Answer>,
): (subject: string) => Promise<Answer> {
  const recent = new Map<string, { answer: Promise<Answer>; calledAt: number }>()
  return subject => {
    const now = performance.now()
    const known = recent.get(subject)
    if (known && now - known.calledAt < keptForMs) return known.answer
    recent.delete(subject)
    const answer = call(subject)
    recent.set(subject, { answer, calledAt: now })
    const [oldest] = recent.keys()
    if (recent.size > callsMax && oldest !== undefined) recent.delete(oldest)
    return answer
  }
}
