import { checkShipments } from './check-shipments.ts'
import type { OrderLedger, OrderRow, PaymentRow } from './ledger-rows.ts'
import type { Break, PromiseNumber } from './promises.ts'

/** A paid trade in payment-service, with its refunds. */
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
 * Finds what is wrong with one settled order. Pure.
 *
 * @param ledger what each ledger has about it
 * @param options.nowMs orders that were due by then must have been closed
 * @param options.alipayKnown whether Alipay's ledger was read: only then can something be missing in it
 */
export function checkOrder(ledger: OrderLedger, options: { nowMs: number; alipayKnown: boolean }): Break[] {
  const makeBreak: MakeBreak = (promise, what) => ({ promise, about: ledger.key, what })
  const { order, payment, alipay } = ledger
  if (order === undefined) {
    if (isGivenBack(ledger)) return []
    const elsewhere = [payment && 'payment-service', ledger.stock && 'inventory-service', alipay && 'Alipay'].filter(
      Boolean,
    )
    const verb = elsewhere.length === 1 ? 'does' : 'do'
    return [makeBreak(alipay ? 13 : 7, `order-service does not have it, ${elsewhere.join(' and ')} ${verb}`)]
  }
  return [
    ...checkProgress(order, options.nowMs, makeBreak),
    ...checkMoney(order, payment, makeBreak),
    ...checkRefunds(payment, makeBreak),
    ...checkStock(ledger, order, makeBreak),
    ...checkShipments(order, options.nowMs, makeBreak),
    ...(options.alipayKnown ? checkAlipay(ledger, makeBreak) : []),
  ]
}

/**
 * Whether only Alipay has it, and has refunded all of it: after a restore, that is how the money of an order ends of which
 * no service has anything.
 */
function isGivenBack({ payment, stock, alipay }: OrderLedger): boolean {
  return payment === undefined && stock === undefined && (alipay?.trades ?? []).every(isRefundedWhole)
}

const isRefundedWhole = ({ amountFen, refunds }: NonNullable<OrderLedger['alipay']>['trades'][number]): boolean =>
  total(refunds) >= amountFen

type MakeBreak = (promise: PromiseNumber, what: string) => Break

/** Temporary states of a settled order. */
function checkProgress(order: OrderRow, nowMs: number, makeBreak: MakeBreak): Break[] {
  switch (order.status) {
    case 'RESERVING':
      return [makeBreak(7, 'it waits for its stock result, which does not arrive')]
    case 'CLOSING':
      return [makeBreak(10, 'it is CLOSING and does not end')]
    case 'REINSTATING':
      return [makeBreak(5, 'its late payment waits for the stock result, which does not arrive')]
    case 'PENDING_PAYMENT':
      return order.expiresAtMs < nowMs ? [makeBreak(10, 'its time to pay is over, and it is still open')] : []
    default:
      return []
  }
}

const closedStates = new Set<OrderRow['status']>(['EXPIRED', 'CANCELLED', 'REJECTED'])

function checkMoney(order: OrderRow, payment: PaymentRow | undefined, makeBreak: MakeBreak): Break[] {
  if (payment === undefined) return [makeBreak(7, 'payment-service has no record of it')]
  const breaks: Break[] = []
  if (payment.amountFen !== order.totalFen) {
    breaks.push(makeBreak(3, `it costs ${order.totalFen} fen, and payment-service expects ${payment.amountFen}`))
  }
  const trades = paidTrades(payment)
  const kept = trades.filter(({ isKept }) => isKept)
  if (kept.length > 1) breaks.push(makeBreak(4, `${kept.length} payments are kept: ${numbers(kept)}`))
  const own = trades.find(({ outTradeNo }) => outTradeNo === order.paidBy?.outTradeNo)
  const isLost = payment.attempts.some(
    ({ outTradeNo, refundedBeforeRecorded }) => refundedBeforeRecorded && outTradeNo === order.paidBy?.outTradeNo,
  )
  if (order.status === 'REFUNDED') {
    for (const { outTradeNo } of kept) {
      if (outTradeNo !== own?.outTradeNo) breaks.push(makeBreak(4, `it is REFUNDED, and ${outTradeNo} is kept`))
    }
    // A restore has lost the payment and its refund in payment-service: the money is refunded all the same.
    if (isLost) return breaks
  }
  if (order.status === 'PAID' || order.status === 'REFUNDED') {
    breaks.push(...checkOwnPayment(order, payment, own, makeBreak))
  } else {
    const promise = closedStates.has(order.status) ? 5 : 3
    for (const { outTradeNo } of kept) {
      breaks.push(makeBreak(promise, `${outTradeNo} was paid, the order is ${order.status}, and it was not refunded`))
    }
  }
  return breaks
}

/** A paid order has its own trade, which was not refunded as an unusable payment. */
function checkOwnPayment(
  order: OrderRow,
  payment: PaymentRow,
  own: PaidTrade | undefined,
  makeBreak: MakeBreak,
): Break[] {
  const { paidBy, status } = order
  if (own === undefined || own.tradeNo !== paidBy?.tradeNo) {
    return [
      makeBreak(3, `it is ${status} by ${paidBy?.outTradeNo ?? 'nothing'}, which payment-service has not as paid`),
    ]
  }
  const breaks: Break[] = []
  if (paidBy.amountFen !== payment.amountFen && !own.isAccepted) {
    breaks.push(makeBreak(3, `it was paid with ${paidBy.amountFen} fen instead of ${payment.amountFen}`))
  }
  if (paidBy.amountFen !== own.paidFen) {
    breaks.push(makeBreak(3, `it counts ${paidBy.amountFen} fen as paid, payment-service ${own.paidFen}`))
  }
  if (own.refundReasons.some(reason => reason !== 'requested')) {
    breaks.push(makeBreak(5, `${own.outTradeNo} is its payment and was refunded as an unusable one`))
  }
  if (own.refundedFen !== order.refundedFen) {
    breaks.push(makeBreak(3, `it counts ${order.refundedFen} fen as refunded, payment-service ${own.refundedFen}`))
  }
  if (status === 'REFUNDED' && own.isKept) breaks.push(makeBreak(3, `it is REFUNDED, and ${own.outTradeNo} is kept`))
  if (status === 'PAID' && !own.isKept)
    breaks.push(makeBreak(3, `it is PAID, and all of ${own.outTradeNo} was refunded`))
  return breaks
}

function paidTrades({ attempts, refunds }: PaymentRow): PaidTrade[] {
  return attempts
    .filter(({ status }) => status === 'PAID')
    .map(({ outTradeNo, tradeNo, paidFen, isAccepted }) => {
      const back = refunds.filter(refund => refund.outTradeNo === outTradeNo && refund.status === 'SUCCEEDED')
      const refundedFen = total(back)
      const refundReasons = back.map(({ reason }) => reason)
      return { outTradeNo, tradeNo, paidFen, isAccepted, refundedFen, refundReasons, isKept: refundedFen < paidFen }
    })
}

function checkRefunds(payment: PaymentRow | undefined, makeBreak: MakeBreak): Break[] {
  if (payment === undefined) return []
  const breaks: Break[] = []
  for (const { outTradeNo, paidFen, refundedFen } of paidTrades(payment)) {
    if (refundedFen > paidFen) {
      breaks.push(makeBreak(6, `${refundedFen} fen of ${outTradeNo} were refunded, and only ${paidFen} paid`))
    }
  }
  for (const attempt of payment.attempts) {
    const taking = payment.refunds.filter(one => one.outTradeNo === attempt.outTradeNo && isTaking(one))
    const done = taking.filter(({ status }) => status === 'SUCCEEDED')
    if (total(taking) !== attempt.refundingFen || total(done) !== attempt.refundedFen) {
      breaks.push(
        makeBreak(
          6,
          `${attempt.outTradeNo} counts ${attempt.refundedFen} of ${attempt.refundingFen} fen as refunded, ` +
            `its refunds ${total(done)} of ${total(taking)}`,
        ),
      )
    }
  }
  for (const { refundId, outTradeNo, status, hasCase } of payment.refunds) {
    if (!payment.attempts.some(attempt => attempt.outTradeNo === outTradeNo && attempt.status === 'PAID')) {
      breaks.push(makeBreak(6, `${refundId} is of ${outTradeNo}, which was not paid`))
    }
    if (status === 'REQUESTED' || status === 'PENDING') {
      breaks.push(makeBreak(3, `${refundId} is ${status} and does not end`))
    }
    if (status === 'FAILED' && !hasCase) breaks.push(makeBreak(3, `${refundId} failed without a case`))
  }
  return breaks
}

/** A refund takes its amount from the balance until it has failed or was rejected. */
function isTaking({ status }: PaymentRow['refunds'][number]): boolean {
  return status !== 'FAILED' && status !== 'REJECTED'
}

function checkStock({ stock }: OrderLedger, order: OrderRow, makeBreak: MakeBreak): Break[] {
  if (stock === undefined) {
    return order.status === 'RESERVING'
      ? []
      : [makeBreak(7, `it is ${order.status}, and inventory-service has no record of it`)]
  }
  const breaks: Break[] = []
  const ordered = new Map(Object.entries(order.units))
  for (const { sku, quantity } of stock.lines) {
    if (ordered.get(sku) !== quantity) {
      breaks.push(makeBreak(8, `${ordered.get(sku) ?? 0} of ${sku} were ordered, and ${quantity} reserved`))
    }
    ordered.delete(sku)
  }
  for (const [sku, quantity] of ordered) breaks.push(makeBreak(8, `${quantity} of ${sku} were ordered, and 0 reserved`))
  const isReturned = stock.lines.some(({ returned }) => returned > 0)
  const wrong = [...new Set(stock.lines.map(({ status }) => status))].filter(one => !fits(order, one, isReturned))
  for (const status of wrong) breaks.push(makeBreak(1, `it is ${order.status}, and its stock is ${status}`))
  for (const { sku, quantity, returned } of stock.lines) {
    if (returned > quantity) breaks.push(makeBreak(8, `${returned} of ${sku} were returned, and ${quantity} sold`))
  }
  return breaks
}

/** Whether the stock of a settled order may be in this state. `isReturned`: units of it were sold and came back. */
function fits({ status }: OrderRow, stock: string, isReturned: boolean): boolean {
  switch (status) {
    case 'PAID':
      return stock === 'COMMITTED'
    // Its stock was sold, or was never reserved again before all of the late payment was refunded.
    case 'REFUNDED':
      return stock === 'COMMITTED' || (stock !== 'RESERVED' && !isReturned)
    case 'PENDING_PAYMENT':
      return stock === 'RESERVED'
    case 'EXPIRED':
    case 'CANCELLED':
    case 'REJECTED':
      return stock === 'RELEASED' || stock === 'REJECTED'
    // Temporary states, which are reported by themselves.
    default:
      return true
  }
}

/** Compares Alipay's ledger with payment-service, in both directions. */
function checkAlipay({ alipay, payment }: OrderLedger, makeBreak: MakeBreak): Break[] {
  const breaks: Break[] = []
  const ours = new Map((payment?.attempts ?? []).map(attempt => [attempt.outTradeNo, attempt]))
  const theirs = new Map((alipay?.trades ?? []).map(trade => [trade.outTradeNo, trade]))
  for (const trade of theirs.values()) {
    const { outTradeNo, tradeNo, amountFen } = trade
    const attempt = ours.get(outTradeNo)
    // A trade that a restore has lost here, and which a person has refunded at Alipay.
    if (attempt === undefined && isRefundedWhole(trade)) continue
    if (attempt?.refundedBeforeRecorded && isRefundedWhole(trade)) continue
    if (attempt?.status !== 'PAID') {
      breaks.push(makeBreak(13, `${outTradeNo} is paid at Alipay, and ${attempt?.status ?? 'unknown'} here`))
    } else if (attempt.tradeNo !== tradeNo) {
      breaks.push(makeBreak(13, `${outTradeNo} is trade ${tradeNo} at Alipay, and ${attempt.tradeNo} here`))
    }
    if (attempt?.status === 'PAID' && attempt.paidFen !== amountFen) {
      breaks.push(makeBreak(13, `${outTradeNo} is ${amountFen} fen at Alipay, and ${attempt.paidFen} here`))
    }
  }
  for (const { outTradeNo, status } of ours.values()) {
    if (status === 'PAID' && !theirs.has(outTradeNo)) {
      breaks.push(makeBreak(13, `${outTradeNo} is paid here, and not at Alipay`))
    }
  }
  return [...breaks, ...compareRefunds(payment, theirs, makeBreak)]
}

function compareRefunds(
  payment: PaymentRow | undefined,
  theirs: ReadonlyMap<string, NonNullable<OrderLedger['alipay']>['trades'][number]>,
  makeBreak: MakeBreak,
): Break[] {
  const breaks: Break[] = []
  // A refund number is unique within one trade only.
  const ours = new Map(
    (payment?.refunds ?? []).map(refund => [`${refund.outTradeNo} ${refund.requestNo ?? refund.refundId}`, refund]),
  )
  const refundedBeforeRecorded = new Set(
    (payment?.attempts ?? []).filter(one => one.refundedBeforeRecorded).map(one => one.outTradeNo),
  )
  const known = new Set((payment?.attempts ?? []).map(({ outTradeNo }) => outTradeNo))
  const seen = new Set<string>()
  for (const trade of theirs.values()) {
    const refundedFen = total(trade.refunds)
    if (refundedFen > trade.amountFen) {
      breaks.push(
        makeBreak(6, `Alipay refunded ${refundedFen} fen of ${trade.outTradeNo}, which was paid ${trade.amountFen}`),
      )
    }
    if (refundedBeforeRecorded.has(trade.outTradeNo)) continue
    if (!known.has(trade.outTradeNo) && isRefundedWhole(trade)) continue
    for (const { refundId, amountFen } of trade.refunds) {
      const key = `${trade.outTradeNo} ${refundId}`
      const refund = ours.get(key)
      if (seen.has(key)) breaks.push(makeBreak(6, `Alipay refunded ${refundId} twice`))
      seen.add(key)
      if (refund?.status !== 'SUCCEEDED') {
        breaks.push(makeBreak(6, `${refundId} was refunded at Alipay, and is ${refund?.status ?? 'unknown'} here`))
      } else if (refund.amountFen !== amountFen) {
        breaks.push(makeBreak(6, `${refundId} is ${amountFen} fen at Alipay, and ${refund.amountFen} here`))
      }
    }
  }
  for (const [key, { refundId, status }] of ours) {
    if (status === 'SUCCEEDED' && !seen.has(key)) {
      breaks.push(makeBreak(13, `${refundId} was refunded here, and not at Alipay`))
    }
  }
  return breaks
}

const numbers = (trades: readonly PaidTrade[]) => trades.map(({ outTradeNo }) => outTradeNo).join(', ')

const total = (refunds: readonly { amountFen: number }[]) => refunds.reduce((sum, { amountFen }) => sum + amountFen, 0)
