import type { FaultSwitches } from '../faults.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { parseBizContent } from '../methods/biz-content.ts'
import { parsePaymentRequest } from '../methods/payment-request.ts'
import { knowsMethod } from '../methods/table.ts'
import { endOf } from '../methods/trade-precreate.ts'
import { newTradeNo } from '../new-trade-no.ts'
import type { Notifier } from '../notify/notifier.ts'
import { closedNotify, type Notify, newNotifyId, paidNotify, refundNotify } from '../notify.ts'
import { products, signedProduct, termsOf } from '../products.ts'
import { parseParameters } from '../protocol/parameters.ts'
import { business, duplicated, invalid, type Problem, problemOf } from '../protocol/refusals.ts'
import { type App, verifyRequest } from '../protocol/verify-request.ts'
import { randomDigits } from '../random-digits.ts'
import { refundedFen, refundTrade } from '../refund.ts'
import type { Parameters } from '../rsa.ts'
import {
  type Buyer,
  closeTrade,
  type Decision,
  finishTrade,
  openTrade,
  type PaymentRequest,
  payTrade,
  payTradeLate,
  refusePayment,
  type Trade,
} from '../trade.ts'

export type CashierResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem }

export interface CashierOptions {
  readonly app: App
  readonly ledger: Ledger
  readonly notifier: Notifier
  readonly faults: FaultSwitches
  readonly notifyHosts: readonly string[]
  /** Additional fields for the next notify. */
  readonly furtherFields: () => Parameters
  /** Adds the ids of a new trade's buyer that replies and notifies have. */
  readonly withReportedIds: (buyer: Buyer) => Buyer
  /** Called for every new trade of a browser, an app or a code. */
  readonly watchExpiry: (trade: Trade) => void
  readonly now: () => number
}

/** The buyer's actions, on the page or through the control API. Each resolves when its outcome is on disk. */
export interface Cashier {
  /** Checks a signed request of page, wap or app (its URL-encoded parts) without opening anything. */
  review(...parts: string[]): CashierResult<PaymentRequest>
  /** Like `review`, but checks neither the trade's status nor whether the link has expired. */
  read(...parts: string[]): CashierResult<PaymentRequest>
  /** The request of an order code that a buyer has scanned. `late` also finds a code that has ended. */
  scan(qrCode: string, late?: boolean): CashierResult<PaymentRequest>
  /** A trade that exists, by Alipay's number, which a mini program has, or by the merchant's. */
  find(by: { tradeNo: string } | { outTradeNo: string }): CashierResult<Trade>
  open(request: PaymentRequest, buyer: Buyer): Promise<CashierResult<Trade>>
  /** Shows the cashier for a trade that exists, by default to its buyer. */
  reopen(outTradeNo: string, buyer?: Buyer): Promise<CashierResult<Trade>>
  /** `late` pays a closed trade too. */
  pay(outTradeNo: string, buyer?: Buyer, late?: boolean): Promise<CashierResult<Trade>>
  /** Both steps with one sync to disk. `late` also accepts a link that has expired. */
  openAndPay(request: PaymentRequest, buyer: Buyer, late?: boolean): Promise<CashierResult<Trade>>
  close(outTradeNo: string): Promise<CashierResult<Trade>>
  /** Finishes a paid trade, as Alipay does after some months: it can no longer be refunded. */
  finish(outTradeNo: string): Promise<CashierResult<Trade>>
  /**
   * The seller refunds in Alipay's own console: all that is left, or `amountFen`. The notify names `requestNo`; without
   * one the console generates a number.
   */
  refund(outTradeNo: string, refund: { amountFen?: number; requestNo?: string }): Promise<CashierResult<Trade>>
}

interface Payment {
  readonly decision: Decision
  readonly notify: Notify | undefined
}

/** The accounts to log in with. They are not real. */
export const buyers: readonly [Buyer, ...Buyer[]] = [
  { buyerId: '2088722000000017', logonId: 'lin***@sandbox.com' },
  { buyerId: '2088722000000025', logonId: '139****0025' },
]

export function createCashier(options: CashierOptions): Cashier {
  const { app, ledger, notifier, faults, now } = options

  async function settle(decision: Decision): Promise<CashierResult<Trade>> {
    // A refusal depends on the ledger too, so the ledger must be on disk before it is sent.
    await ledger.settled()
    return decision.kind === 'refused'
      ? { ok: false, problem: problemOf(decision.refusal) }
      : { ok: true, value: decision.trade }
  }

  function decideOpen(request: PaymentRequest, buyer: Buyer): Decision {
    const moment = now()
    const existing = ledger.trade(request.outTradeNo)
    // One draw for each new trade, so that the seed decides.
    const identified = existing ? buyer : options.withReportedIds(buyer)
    const decision = openTrade(existing, request, identified, newTradeNo(ledger, moment), moment)
    if (decision.kind === 'changed') {
      ledger.save(decision.trade)
      options.watchExpiry(decision.trade)
    }
    return decision
  }

  function decidePay(outTradeNo: string, buyer: Buyer | undefined, late: boolean): Payment {
    const trade = ledger.trade(outTradeNo)
    if (trade && buyer && trade.buyer.buyerId !== buyer.buyerId) {
      return { decision: { kind: 'refused', refusal: 'TRADE_BUYER_NOT_MATCH' }, notify: undefined }
    }
    const moment = now()
    return keepWithNotify(late ? payTradeLate(trade, undefined, moment) : payTrade(trade, moment), moment)
  }

  function decideOpenAndPayLate(request: PaymentRequest, buyer: Buyer): Payment {
    if (ledger.trade(request.outTradeNo)) return decidePay(request.outTradeNo, buyer, true)
    const moment = now()
    const opening = { request, buyer: options.withReportedIds(buyer), tradeNo: newTradeNo(ledger, moment) }
    return keepWithNotify(payTradeLate(undefined, opening, moment), moment)
  }

  function keepWithNotify(decision: Decision, moment: number): Payment {
    const notify =
      decision.kind === 'changed'
        ? paidNotify(decision.trade, newNotifyId(moment), moment, options.furtherFields())
        : undefined
    if (decision.kind === 'changed') ledger.save(decision.trade, notify)
    return { decision, notify }
  }

  async function finishPayment({ decision, notify }: Payment): Promise<CashierResult<Trade>> {
    const result = await settle(decision)
    if (notify && faults.current().notifyBeforeReturn) await notifier.deliverNow(notify)
    else if (notify) notifier.enqueue(notify)
    return result
  }

  function read(...parts: string[]): CashierResult<PaymentRequest> {
    const parsed = parseParameters(...parts)
    if (!parsed.ok) return { ok: false, problem: duplicated(parsed.duplicate) }
    const verified = verifyRequest(parsed.parameters, app, knowsMethod)
    if (!verified.ok) return verified
    const product = signedProduct(verified.method)
    if (!product) return { ok: false, problem: invalid('method', '该接口不是页面跳转接口', true) }
    const { parameters } = verified
    const biz = parseBizContent(parameters)
    if (!biz.ok) return biz
    const { notifyHosts } = options
    const payment = parsePaymentRequest(product, biz.biz, { app, notifyHosts, now: now(), parameters })
    return payment.ok ? { ok: true, value: payment.request } : payment
  }

  return {
    read,

    review(...parts) {
      const request = read(...parts)
      if (!request.ok) return request
      const refusal = refusePayment(ledger.trade(request.value.outTradeNo), request.value, now())
      return refusal ? { ok: false, problem: problemOf(refusal) } : request
    },

    scan(qrCode, late = false) {
      const code = ledger.code(qrCode)
      if (!code) return { ok: false, problem: business('INVALID_PARAMETER', '二维码不存在') }
      // A trade that exists says more than the code's end: it may be paid or closed.
      const refusal = refusePayment(ledger.trade(code.request.outTradeNo), code.request, now())
      const hasEnded = now() >= endOf(code)
      if (!late && (refusal || hasEnded)) return { ok: false, problem: problemOf(refusal ?? 'LINK_EXPIRED') }
      return { ok: true, value: code.request }
    },

    find(by) {
      const trade = 'tradeNo' in by ? ledger.tradeByTradeNo(by.tradeNo) : ledger.trade(by.outTradeNo)
      // my.tradePay takes only what alipay.trade.create has made.
      const isWrong = 'tradeNo' in by && trade?.productCode !== products.jsapi.productCode
      return trade && !isWrong ? { ok: true, value: trade } : { ok: false, problem: problemOf('TRADE_NOT_EXIST') }
    },

    async reopen(outTradeNo, buyer) {
      const trade = ledger.trade(outTradeNo)
      if (!trade) return await settle({ kind: 'refused', refusal: 'TRADE_NOT_EXIST' })
      const request = { ...trade, expiry: { at: trade.expiresAt } }
      return await settle(openTrade(trade, request, buyer ?? trade.buyer, trade.tradeNo, now()))
    },

    async open(request, buyer) {
      return await settle(decideOpen(request, buyer))
    },

    async pay(outTradeNo, buyer, late = false) {
      return await finishPayment(decidePay(outTradeNo, buyer, late))
    },

    async openAndPay(request, buyer, late = false) {
      if (late) return await finishPayment(decideOpenAndPayLate(request, buyer))
      const opened = decideOpen(request, buyer)
      return opened.kind === 'refused'
        ? await settle(opened)
        : await finishPayment(decidePay(request.outTradeNo, buyer, false))
    },

    async close(outTradeNo) {
      const decision = closeTrade(ledger.trade(outTradeNo), now())
      if (decision.kind !== 'changed') return await settle(decision)
      const notify = closedNotify(decision.trade, newNotifyId(now()), now(), options.furtherFields)
      ledger.save(decision.trade, notify)
      const result = await settle(decision)
      if (notify) notifier.enqueue(notify)
      return result
    },

    async finish(outTradeNo) {
      const decision = finishTrade(ledger.trade(outTradeNo))
      if (decision.kind === 'changed' && !termsOf(decision.trade).notifiesEnd) {
        ledger.save(decision.trade)
        return await settle(decision)
      }
      return await finishPayment(keepWithNotify(decision, now()))
    },

    async refund(outTradeNo, { amountFen, requestNo = `console${randomDigits(15)}` }) {
      const trade = ledger.trade(outTradeNo)
      const wanted = amountFen ?? (trade ? trade.totalFen - refundedFen(trade) : 0)
      // Alipay requires no pause between two refunds in the console.
      const decision = refundTrade(trade, { requestNo, amountFen: wanted }, 0, now())
      if (decision.kind === 'refused') {
        await ledger.settled()
        return { ok: false, problem: problemOf(decision.refusal) }
      }
      if (decision.kind === 'changed') {
        const notify = refundNotify(decision.trade, decision.refund, newNotifyId(now()), now())
        ledger.save(decision.trade, notify)
        await ledger.settled()
        if (notify) notifier.enqueue(notify)
      }
      return { ok: true, value: decision.trade }
    },
  }
}
