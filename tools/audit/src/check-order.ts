import type { OrderBook, OrderFacts, PaymentBook } from './facts.ts'
import type { Break, PromiseNumber } from './promises.ts'

/** A trade that was paid, as payment-service has it, with what went back of it. */
interface PaidTrade {
  outTradeNo: string
  tradeNo: string | null
  paidFen: number
  isAccepted: boolean
  refundedFen: number
  refundReasons: string[]
  isKept: boolean
}

/**
 * What is wrong with one order that nothing has happened to for a while: pure.
 *
 * @param facts what each book says about it
 * @param options.nowMs orders whose time was over by then must have been closed
 * @param options.alipayKnown whether Alipay's books could be read: only then is something missing in them a break
 */
export function checkOrder(facts: OrderFacts, options: { nowMs: number; alipayKnown: boolean }): Break[] {
  const say = (promise: PromiseNumber, what: string): Break => ({ promise, about: facts.key, what })
  const { order, payment, alipay } = facts
  if (order === undefined) {
    const elsewhere = [payment && 'payment-service', facts.stock && 'inventory-service', alipay && 'Alipay'].filter(
      Boolean,
    )
    const verb = elsewhere.length === 1 ? 'does' : 'do'
    return [say(alipay ? 13 : 7, `order-service does not know it, ${elsewhere.join(' and ')} ${verb}`)]
  }
  return [
    ...checkProgress(order, options.nowMs, say),
    ...checkMoney(order, payment, say),
    ...checkRefunds(payment, say),
    ...checkStock(facts, order, say),
    ...(options.alipayKnown ? checkAlipay(facts, say) : []),
  ]
}

type Say = (promise: PromiseNumber, what: string) => Break

/** States that pass by themselves, found at rest. */
function checkProgress(order: OrderBook, nowMs: number, say: Say): Break[] {
  switch (order.status) {
    case 'RESERVING':
      return [say(7, 'it waits for the stock’s verdict, which does not come')]
    case 'CLOSING':
      return [say(10, 'it is CLOSING and does not come to an end')]
    case 'REINSTATING':
      return [say(5, 'its late money waits for the stock’s verdict, which does not come')]
    case 'PENDING_PAYMENT':
      return order.expiresAtMs < nowMs ? [say(10, 'its time to pay is over, and it is still open')] : []
    default:
      return []
  }
}

const closedStates = new Set<OrderBook['status']>(['EXPIRED', 'CANCELLED', 'REJECTED'])

function checkMoney(order: OrderBook, payment: PaymentBook | undefined, say: Say): Break[] {
  if (payment === undefined) return [say(7, 'payment-service never heard of it')]
  const breaks: Break[] = []
  if (payment.amountFen !== order.totalFen) {
    breaks.push(say(3, `it costs ${order.totalFen} fen, and payment-service expects ${payment.amountFen}`))
  }
  const trades = paidTrades(payment)
  const kept = trades.filter(({ isKept }) => isKept)
  if (kept.length > 1) breaks.push(say(4, `${kept.length} payments are kept: ${numbers(kept)}`))
  const own = trades.find(({ outTradeNo }) => outTradeNo === order.paidBy?.outTradeNo)
  if (order.status === 'PAID' || order.status === 'REFUNDED') {
    breaks.push(...checkOwnPayment(order, payment, own, say))
  } else {
    const promise = closedStates.has(order.status) ? 5 : 3
    for (const { outTradeNo } of kept) {
      breaks.push(say(promise, `${outTradeNo} was paid, the order is ${order.status}, and the money did not go back`))
    }
  }
  return breaks
}

/** A paid order has exactly its own trade, and has not given that back as money that it could not use. */
function checkOwnPayment(order: OrderBook, payment: PaymentBook, own: PaidTrade | undefined, say: Say): Break[] {
  const { paidBy, status } = order
  if (own === undefined || own.tradeNo !== paidBy?.tradeNo) {
    return [say(3, `it is ${status} by ${paidBy?.outTradeNo ?? 'nothing'}, which payment-service has not as paid`)]
  }
  const breaks: Break[] = []
  if (paidBy.amountFen !== payment.amountFen && !own.isAccepted) {
    breaks.push(say(3, `it was paid with ${paidBy.amountFen} fen instead of ${payment.amountFen}`))
  }
  if (paidBy.amountFen !== own.paidFen) {
    breaks.push(say(3, `it counts ${paidBy.amountFen} fen as paid, payment-service ${own.paidFen}`))
  }
  if (own.refundReasons.some(reason => reason !== 'requested')) {
    breaks.push(say(5, `${own.outTradeNo} is its payment and went back as one that it could not use`))
  }
  if (own.refundedFen !== order.refundedFen) {
    breaks.push(say(3, `it knows of ${order.refundedFen} fen that went back, payment-service of ${own.refundedFen}`))
  }
  if (status === 'REFUNDED' && own.isKept) breaks.push(say(3, `it is REFUNDED, and ${own.outTradeNo} is kept`))
  if (status === 'PAID' && !own.isKept) breaks.push(say(3, `it is PAID, and all of ${own.outTradeNo} went back`))
  return breaks
}

function paidTrades({ attempts, refunds }: PaymentBook): PaidTrade[] {
  return attempts
    .filter(({ status }) => status === 'PAID')
    .map(({ outTradeNo, tradeNo, paidFen, isAccepted }) => {
      const back = refunds.filter(refund => refund.outTradeNo === outTradeNo && refund.status === 'SUCCEEDED')
      const refundedFen = total(back)
      const refundReasons = back.map(({ reason }) => reason)
      return { outTradeNo, tradeNo, paidFen, isAccepted, refundedFen, refundReasons, isKept: refundedFen < paidFen }
    })
}

function checkRefunds(payment: PaymentBook | undefined, say: Say): Break[] {
  if (payment === undefined) return []
  const breaks: Break[] = []
  for (const { outTradeNo, paidFen, refundedFen } of paidTrades(payment)) {
    if (refundedFen > paidFen) {
      breaks.push(say(6, `${refundedFen} fen of ${outTradeNo} went back, and only ${paidFen} had come`))
    }
  }
  for (const attempt of payment.attempts) {
    const taking = payment.refunds.filter(one => one.outTradeNo === attempt.outTradeNo && one.status !== 'FAILED')
    const done = taking.filter(({ status }) => status === 'SUCCEEDED')
    if (total(taking) !== attempt.refundingFen || total(done) !== attempt.refundedFen) {
      breaks.push(
        say(
          6,
          `${attempt.outTradeNo} counts ${attempt.refundedFen} of ${attempt.refundingFen} fen as gone back, ` +
            `its refunds ${total(done)} of ${total(taking)}`,
        ),
      )
    }
  }
  for (const { refundId, outTradeNo, status, hasCase } of payment.refunds) {
    if (!payment.attempts.some(attempt => attempt.outTradeNo === outTradeNo && attempt.status === 'PAID')) {
      breaks.push(say(6, `${refundId} is of ${outTradeNo}, which was not paid`))
    }
    if (status === 'REQUESTED' || status === 'PENDING') {
      breaks.push(say(3, `${refundId} is ${status} and does not come to an end`))
    }
    if (status === 'FAILED' && !hasCase) breaks.push(say(3, `${refundId} failed, and no case says so`))
  }
  return breaks
}

function checkStock({ stock }: OrderFacts, order: OrderBook, say: Say): Break[] {
  if (stock === undefined) {
    return order.status === 'RESERVING'
      ? []
      : [say(7, `it is ${order.status}, and inventory-service never heard of it`)]
  }
  const breaks: Break[] = []
  const ordered = new Map(Object.entries(order.units))
  for (const { sku, quantity } of stock.lines) {
    if (ordered.get(sku) !== quantity) {
      breaks.push(say(8, `${ordered.get(sku) ?? 0} of ${sku} were ordered, and ${quantity} reserved`))
    }
    ordered.delete(sku)
  }
  for (const [sku, quantity] of ordered) breaks.push(say(8, `${quantity} of ${sku} were ordered, and 0 reserved`))
  const wrong = [...new Set(stock.lines.map(({ status }) => status))].filter(status => !fits(order, status))
  for (const status of wrong) breaks.push(say(1, `it is ${order.status}, and its stock is ${status}`))
  for (const { sku, quantity, returned } of stock.lines) {
    if (returned > quantity) breaks.push(say(8, `${returned} of ${sku} came back, and ${quantity} were sold`))
  }
  return breaks
}

/** What the stock of an order may be, once everything that is on its way has arrived. */
function fits({ status }: OrderBook, stock: string): boolean {
  switch (status) {
    case 'PAID':
    case 'REFUNDED':
      return stock === 'COMMITTED'
    case 'PENDING_PAYMENT':
      return stock === 'RESERVED'
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return stock === 'RELEASED' || stock === 'REJECTED'
    // Reported by themselves, since they do not last.
    default:
      return true
  }
}

/** Alipay's books against ours, both ways. */
function checkAlipay({ alipay, payment }: OrderFacts, say: Say): Break[] {
  const breaks: Break[] = []
  const ours = new Map((payment?.attempts ?? []).map(attempt => [attempt.outTradeNo, attempt]))
  const theirs = new Map((alipay?.trades ?? []).map(trade => [trade.outTradeNo, trade]))
  for (const { outTradeNo, tradeNo, amountFen } of theirs.values()) {
    const attempt = ours.get(outTradeNo)
    if (attempt?.refundedBeforeRecorded && total(theirs.get(outTradeNo)?.refunds ?? []) >= amountFen) continue
    if (attempt?.status !== 'PAID') {
      breaks.push(say(13, `${outTradeNo} is paid at Alipay, and ${attempt?.status ?? 'unknown'} here`))
    } else if (attempt.tradeNo !== tradeNo) {
      breaks.push(say(13, `${outTradeNo} is trade ${tradeNo} at Alipay, and ${attempt.tradeNo} here`))
    }
    if (attempt?.status === 'PAID' && attempt.paidFen !== amountFen) {
      breaks.push(say(13, `${outTradeNo} is ${amountFen} fen at Alipay, and ${attempt.paidFen} here`))
    }
  }
  for (const { outTradeNo, status } of ours.values()) {
    if (status === 'PAID' && !theirs.has(outTradeNo)) {
      breaks.push(say(13, `${outTradeNo} is paid here, and not at Alipay`))
    }
  }
  return [...breaks, ...compareRefunds(payment, theirs, say)]
}

function compareRefunds(
  payment: PaymentBook | undefined,
  theirs: ReadonlyMap<string, NonNullable<OrderFacts['alipay']>['trades'][number]>,
  say: Say,
): Break[] {
  const breaks: Break[] = []
  // A number is Alipay's within one trade only.
  const ours = new Map(
    (payment?.refunds ?? []).map(refund => [`${refund.outTradeNo} ${refund.requestNo ?? refund.refundId}`, refund]),
  )
  const refundedBeforeRecorded = new Set(
    (payment?.attempts ?? []).filter(one => one.refundedBeforeRecorded).map(one => one.outTradeNo),
  )
  const seen = new Set<string>()
  for (const trade of theirs.values()) {
    const refundedFen = total(trade.refunds)
    if (refundedFen > trade.amountFen) {
      breaks.push(say(6, `Alipay gave ${refundedFen} fen of ${trade.outTradeNo} back, and had ${trade.amountFen}`))
    }
    if (refundedBeforeRecorded.has(trade.outTradeNo)) continue
    for (const { refundId, amountFen } of trade.refunds) {
      const key = `${trade.outTradeNo} ${refundId}`
      const refund = ours.get(key)
      if (seen.has(key)) breaks.push(say(6, `Alipay paid ${refundId} twice`))
      seen.add(key)
      if (refund?.status !== 'SUCCEEDED') {
        breaks.push(say(6, `${refundId} went back at Alipay, and is ${refund?.status ?? 'unknown'} here`))
      } else if (refund.amountFen !== amountFen) {
        breaks.push(say(6, `${refundId} is ${amountFen} fen at Alipay, and ${refund.amountFen} here`))
      }
    }
  }
  for (const [key, { refundId, status }] of ours) {
    if (status === 'SUCCEEDED' && !seen.has(key)) {
      breaks.push(say(13, `${refundId} went back here, and not at Alipay`))
    }
  }
  return breaks
}

const numbers = (trades: readonly PaidTrade[]) => trades.map(({ outTradeNo }) => outTradeNo).join(', ')

const total = (refunds: readonly { amountFen: number }[]) => refunds.reduce((sum, { amountFen }) => sum + amountFen, 0)
