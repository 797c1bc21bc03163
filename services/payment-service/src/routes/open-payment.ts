import { OpenedPayment, OpenPayment, OrderId } from '@alipay-checkout/contracts'
import { createBatcher, type Db, type HttpApp, Problem } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import type { AlipayClient } from '../alipay/client.ts'
import type { PagePay } from '../alipay/page-pay.ts'
import type { KeepWord } from '../alipay-said.ts'
import type { Arrivals } from '../arrivals.ts'
import { askAlipay } from '../ask-alipay.ts'
import { findPayments, markOpened } from '../db/payments.ts'
import { decideOpening, type Opening, type OpeningRefused } from '../opening.ts'
import { sharedFate } from '../shared-fate.ts'

/** Requests that share their statements. */
const batchSizeMax = 200
/** How long a payment may be waited for whose OrderCreated is on its way, ms. Kafka usually takes a few. */
const arrivalWaitMs = 1_000
/** How often we look meanwhile, in case another replica gets the event, ms. */
const lookEveryMs = 100

const refusals: Record<Exclude<OpeningRefused, 'unknown_order'>, string> = {
  expired: 'The time to pay this order is over. Place a new one.',
  closing: 'The order is being closed. Place a new one.',
  closed: 'The order is closed. Place a new one.',
  already_paid: 'The order is paid already.',
  attempt_closed: 'Alipay has closed this payment. Place a new order.',
}

interface Options {
  db: Db
  pagePay: PagePay
  alipay: AlipayClient
  keepWord: KeepWord
  arrivals: Arrivals
}

/** Sends a shopper to Alipay: a signed link or form, given out only once it is kept that money may come for it. */
export function addOpenPayment(app: HttpApp, { db, pagePay, alipay, keepWord, arrivals }: Options): void {
  const open = createBatcher<string, Opening>({
    batchSizeMax,
    run: sharedFate(orderIds => openPayments(db, orderIds)),
  })

  async function openWhenKnown(orderId: string): Promise<Opening> {
    const giveUpAt = performance.now() + arrivalWaitMs
    for (;;) {
      const opening = await open(orderId)
      const unknown = opening.outcome === 'refused' && opening.why === 'unknown_order'
      if (!unknown || performance.now() >= giveUpAt) return opening
      await arrivals.wait(orderId, lookEveryMs)
    }
  }

  app.post(
    '/payments/:orderId/open',
    { schema: { params: Type.Object({ orderId: OrderId }), body: OpenPayment, response: { 200: OpenedPayment } } },
    async request => {
      const { orderId } = request.params
      const { as, returnUrl } = request.body
      if (!/^https?:\/\//.test(returnUrl) || !URL.canParse(returnUrl)) {
        throw new Problem('invalid-request', 'returnUrl must be an http or https address.')
      }
      const opening = await openWhenKnown(orderId)
      if (opening.outcome === 'refused') throw refusal(orderId, opening.why)
      const { outTradeNo, amountFen, timeExpire } = opening
      // Whoever comes back may have paid meanwhile. The first time there is nothing that Alipay could know.
      if (opening.outcome === 'opened_before') {
        const now = await askAlipay(outTradeNo, { alipay, keepWord })
        if (now !== 'payable') throw refusal(orderId, now === 'paid' ? 'already_paid' : 'attempt_closed')
      }
      const content = await pagePay[as]({ orderId, outTradeNo, amountFen, timeExpire, returnUrl, now: new Date() })
      return { orderId, outTradeNo, content }
    },
  )
}

/** Opens many payments with two statements. One result per order id, in order. */
async function openPayments(db: Db, orderIds: readonly string[]): Promise<Opening[]> {
  const { payments, now } = await findPayments(db, orderIds)
  const openings = orderIds.map(orderId => decideOpening(payments.get(orderId), now))
  const fresh = new Map(openings.flatMap(one => (one.outcome === 'open' ? [[one.outTradeNo, one] as const] : [])))
  if (fresh.size === 0) return openings
  const opened = await markOpened(db, [...fresh.values()])
  if (opened.size === fresh.size) return openings
  // Opened, closed or paid between the two statements: what they are now can't be CREATED again.
  const overtaken = (one: Opening) => one.outcome === 'open' && !opened.has(one.outTradeNo)
  const again = await openPayments(
    db,
    orderIds.filter((_, index) => overtaken(openings[index] as Opening)),
  )
  return openings.map(one => (overtaken(one) ? (again.shift() as Opening) : one))
}

function refusal(orderId: string, why: OpeningRefused): Problem {
  return why === 'unknown_order'
    ? new Problem('order-not-found', `There is no order ${orderId} to pay.`)
    : new Problem('order-not-payable', refusals[why], { reason: why })
}
