import { type OpenedPayment, OpenPayment } from '@alipay-checkout/contracts'
import { type Calls, createBatcher, faultPoint, isUnreachable, nameOrder, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { releaseSync } from './attempt-store.ts'
import { checkMethod } from './check-method.ts'
import { createPaymentMaker, type MakePaymentOptions } from './make-payment.ts'
import { type OpeningRequest, openAttempts } from './open-attempts.ts'
import type { OpenableAttempt, Opening, OpeningRefused } from './opening.ts'
import type { PaymentWaiters } from './payment-waiters.ts'
import { closeForNextAttempt } from './query-payment.ts'
import { syncEveryS, syncPausesS } from './query-schedule.ts'
import { shareRecentCalls } from './share-recent-calls.ts'
import { syncForRequest } from './sync-payment.ts'

/** Requests that share their statements. */
const batchSizeMax = 200
/** How long a request waits for a payment whose OrderCreated is on its way, ms. Kafka usually takes a few. */
const creationWaitMs = 1_000
/** How often the payment is read meanwhile, because another replica may have created it, ms. */
const readEveryMs = 100
/** Entries remembered: attempts that were closed for the next one, and orders whose query failed. */
const recentCallsMax = 10_000
/** How often one request decides again, because other requests or Alipay have changed an attempt meanwhile. */
const roundsMax = 4
/** Attempts that one request uses: few, because buyers who ask at once close each other's. */
const attemptsOfRequestMax = 2

const refusals: Record<Exclude<OpeningRefused, 'unknown_order'>, string> = {
  expired: 'The time to pay this order is over. Place a new one.',
  closing: 'The order is being closed. Place a new one.',
  closed: 'The order is closed. Place a new one.',
  already_paid: 'The order is paid already.',
  too_many_attempts: 'There were too many payments for this order. Place a new one.',
}

interface Options extends MakePaymentOptions {
  db: Db
  paymentWaiters: PaymentWaiters
  /** Wakes the job that queries Alipay, at these times. */
  scheduleSync: (dueAt: readonly Date[]) => void
}

/** Sends a shopper to Alipay. What that needs is given out only once its attempt is stored as OPENED. */
export function addOpenPayment(calls: Calls, options: Options): void {
  const { methodSettings, logger } = options
  const openAttempt = createAttemptOpener(options)
  const makePayment = createPaymentMaker(options)

  calls.post('/payments/open', OpenPayment, async request => {
    const { orderId, method } = request
    nameOrder(orderId)
    try {
      checkMethod(request, methodSettings)
    } catch (error) {
      if (error instanceof Problem && error.type === 'payment-method-unavailable') {
        // The gateway refuses what is not contracted, so a setting is missing here or differs there.
        logger.error({ method, reason: error.message }, 'refused a way to pay that is not available')
      }
      throw error
    }
    for (let used = 0; used < attemptsOfRequestMax; used++) {
      const attempt = await openAttempt(request)
      faultPoint('link.committed')
      const made = await makePayment(attempt, request)
      if (made.state === 'paid') throw refusal(orderId, 'already_paid')
      if (made.state === 'made') {
        const { outTradeNo } = attempt
        return { status: 200, body: { orderId, outTradeNo, method, content: made.content } satisfies OpenedPayment }
      }
    }
    throw overtaken()
  })
}

/** Returns the function that finds the attempt which a shopper can use now, and stores it as OPENED. */
function createAttemptOpener(options: Options): (request: OpenPayment) => Promise<OpenableAttempt> {
  const { db, paymentWaiters } = options
  const open = createBatcher<OpeningRequest, Opening>({
    batchSizeMax,
    failsBatch: isUnreachable,
    run: requests => openAttempts(db, requests),
  })

  const recent = { callsMax: recentCallsMax, keptForMs: syncEveryS * 1000, keyOf: (key: string) => key }
  const closeOnce = shareRecentCalls({
    ...recent,
    call: outTradeNo => closeForNextAttempt(outTradeNo, options, 'another payer or method was requested'),
  })
  // The first retry after a query without an answer causes another query; after that the order's pause applies.
  const releaseOnce = shareRecentCalls({ ...recent, call: orderId => releaseSync(db, orderId) })

  async function query(orderId: string) {
    try {
      return await syncForRequest(orderId, options, 'the shopper came back')
    } catch (error) {
      await releaseOnce(orderId)
      throw error
    }
  }

  async function openWhenKnown(request: OpeningRequest): Promise<Opening> {
    const giveUpAt = performance.now() + creationWaitMs
    for (;;) {
      const opening = await open(request)
      const unknown = opening.outcome === 'refused' && opening.reason === 'unknown_order'
      if (!unknown || performance.now() >= giveUpAt) return opening
      await paymentWaiters.wait(request.orderId, readEveryMs)
    }
  }

  /** Closes attempts at Alipay; resolves to those that Alipay has no trade of, or to `paid` where one is paid. */
  async function closeAll(outTradeNos: readonly string[]): Promise<'paid' | readonly string[]> {
    const results = await Promise.allSettled(outTradeNos.map(closeOnce))
    const states = results.map(result => (result.status === 'fulfilled' ? result.value : undefined))
    if (states.includes('paid')) return 'paid'
    const unclear = results.find(result => result.status === 'rejected')
    if (unclear) throw unclear.reason
    return outTradeNos.filter((_, index) => states[index] === 'no_trade')
  }

  return async ({ orderId, method, instalments, anotherPayer }) => {
    const unused = new Set<string>()
    const request = { orderId, wish: { method, instalments, unused } }
    let opening = await openWhenKnown(request)
    for (let round = 0; round < roundsMax; round++) {
      switch (opening.outcome) {
        case 'refused':
          throw refusal(orderId, opening.reason)
        case 'open':
        case 'open_next':
          options.scheduleSync([new Date(Date.now() + syncPausesS[0] * 1000)])
          return opening
        case 'close_first': {
          const closed = await closeAll(opening.outTradeNos)
          if (closed === 'paid') throw refusal(orderId, 'already_paid')
          for (const outTradeNo of closed) unused.add(outTradeNo)
          break
        }
        case 'opened_before': {
          // A shopper who returns may have paid meanwhile; at the first opening no trade can exist at Alipay. Without a
          // query the same link is given out again, and Alipay takes no money for it twice.
          const now = anotherPayer ? await closeOnce(opening.outTradeNo) : await query(orderId)
          if (now === 'paid') throw refusal(orderId, 'already_paid')
          if (now !== 'closed') return opening
        }
      }
      opening = await open(request)
    }
    throw overtaken()
  }
}

function refusal(orderId: string, reason: OpeningRefused): Problem {
  return reason === 'unknown_order'
    ? new Problem('order-not-found', `There is no order ${orderId} to pay.`)
    : new Problem('order-not-payable', refusals[reason], { reason })
}

const overtaken = () =>
  new Problem('alipay-failed', 'The order is being paid in several ways at once. Try again in a moment.')
