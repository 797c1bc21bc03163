import type { FastifyInstance, FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import { buyers, type Cashier, type CashierResult } from '../cashier/cashier.ts'
import { type ReturnUrlQuery, signedReturnUrl } from '../cashier/return-url.ts'
import { type FaultSwitches, noFaults } from '../faults.ts'
import { fenFromYuan } from '../money.ts'
import { queryOf } from '../protocol/parameters.ts'
import type { Problem } from '../protocol/refusals.ts'
import type { SigningKey } from '../rsa.ts'
import type { Buyer, PaymentRequest, Trade } from '../trade.ts'
import { type CertificateRouteOptions, certificateRoutes } from './certificate-routes.ts'
import { FaultsBody, overfullRates } from './faults-body.ts'
import { type LedgerRouteOptions, ledgerRoutes } from './ledger-routes.ts'
import { tradeView } from './views.ts'

export type ControlOptions = LedgerRouteOptions &
  CertificateRouteOptions & {
    readonly cashier: Cashier
    readonly faults: FaultSwitches
    readonly key: SigningKey
    readonly now: () => number
    readonly returnUrlQuery: ReturnUrlQuery
  }

const BuyerId = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }))
const Given = Type.Optional(Type.String({ minLength: 1 }))
/** What a buyer comes with: exactly one of these. */
const targets = {
  /** A signed link of page or wap. */
  url: Given,
  /** What the app gives to Alipay's SDK. */
  orderString: Given,
  /** What a mini program gives to my.tradePay. */
  alipayTradeNo: Given,
  /** The text of a scanned order code. */
  qrCode: Given,
}
const OpenBody = Type.Object({ ...targets, buyerId: BuyerId }, { additionalProperties: false })
const PayBody = Type.Object(
  {
    ...targets,
    /** A trade that exists, paid from the buyer's list of bills. */
    outTradeNo: Given,
    buyerId: BuyerId,
    /** False saves the signature of a return URL that is not used. */
    withReturnUrl: Type.Optional(Type.Boolean()),
    /** Pays a closed trade or an expired link: the payment was already under way. */
    late: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
const TradeBody = Type.Object({ outTradeNo: Type.String({ minLength: 1 }) }, { additionalProperties: false })

const RefundBody = Type.Object(
  {
    outTradeNo: Type.String({ minLength: 1 }),
    /** Yuan, as Alipay writes amounts. Without it, all that is left is refunded. */
    amount: Type.Optional(Type.String({ minLength: 1 })),
    outRequestNo: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
)

/** `/simulator/…`: a buyer without a browser, the ledger, and the fault switches. For tests and tools. */
export function controlRoutes(server: FastifyInstance, options: ControlOptions): void {
  buyerRoutes(server, options)
  sellerRoutes(server, options)
  ledgerRoutes(server, options)
  certificateRoutes(server, options)
  faultRoutes(server, options.faults)
}

function buyerRoutes(server: FastifyInstance, { cashier, key, now, returnUrlQuery }: ControlOptions): void {
  server.post<{ Body: Static<typeof OpenBody> }>('/open', { schema: { body: OpenBody } }, async (request, reply) => {
    const { buyerId, ...target } = request.body
    const found = findPayment(cashier, target, false)
    if (!found) return reply.code(400).send(oneTargetOnly)
    if ('trade' in found) {
      const { trade } = found
      const buyer = buyerId === undefined ? undefined : buyerOf(buyerId)
      return send(reply, trade.ok ? await cashier.reopen(trade.value.outTradeNo, buyer) : trade, tradeView)
    }
    const { request: payment } = found
    return send(reply, payment.ok ? await cashier.open(payment.value, buyerOf(buyerId)) : payment, tradeView)
  })

  server.post<{ Body: Static<typeof PayBody> }>('/pay', { schema: { body: PayBody } }, async (request, reply) => {
    const { buyerId, withReturnUrl = true, late = false, ...target } = request.body
    const found = findPayment(cashier, target, late)
    if (!found) return reply.code(400).send(oneTargetOnly)
    const paid = await pay(cashier, found, buyerId, late)
    const returnUrl = paid.ok && withReturnUrl ? signedReturnUrl(paid.value, key, now(), returnUrlQuery) : undefined
    return send(reply, paid, trade => ({ ...tradeView(trade), ...(returnUrl ? { returnUrl } : {}) }))
  })

  server.post<{ Body: Static<typeof TradeBody> }>('/close', { schema: { body: TradeBody } }, async (request, reply) =>
    send(reply, await cashier.close(request.body.outTradeNo), tradeView),
  )

  server.post<{ Body: Static<typeof TradeBody> }>('/finish', { schema: { body: TradeBody } }, async (request, reply) =>
    send(reply, await cashier.finish(request.body.outTradeNo), tradeView),
  )
}

function sellerRoutes(server: FastifyInstance, { cashier }: ControlOptions): void {
  server.post<{ Body: Static<typeof RefundBody> }>(
    '/refund',
    { schema: { body: RefundBody } },
    async (request, reply) => {
      const { outTradeNo, amount, outRequestNo } = request.body
      const amountFen = amount === undefined ? undefined : fenFromYuan(amount)
      if (amount !== undefined && !amountFen) {
        return reply.code(400).send({ error: { subMsg: 'amount is yuan with at most two decimals' } })
      }
      const refund = {
        ...(amountFen === undefined ? {} : { amountFen }),
        ...(outRequestNo === undefined ? {} : { requestNo: outRequestNo }),
      }
      return send(reply, await cashier.refund(outTradeNo, refund), tradeView)
    },
  )
}

function faultRoutes(server: FastifyInstance, faults: FaultSwitches): void {
  server.get('/faults', async () => faults.current())
  server.post<{ Body: FaultsBody }>('/faults', { schema: { body: FaultsBody } }, async (request, reply) => {
    const overfull = overfullRates(request.body)
    if (overfull) return reply.code(400).send({ error: { subMsg: `the rates of ${overfull} come to more than 1` } })
    faults.set({ ...noFaults, ...request.body })
    return faults.current()
  })
  server.delete('/faults', async () => {
    faults.clear()
    return faults.current()
  })
}

type Target = Partial<Record<keyof typeof targets | 'outTradeNo', string>>
/** A request that a trade is made of, or a trade that exists. */
type Found = { readonly request: CashierResult<PaymentRequest> } | { readonly trade: CashierResult<Trade> }

const oneTargetOnly = { error: { subMsg: 'give exactly one of url, orderString, alipayTradeNo, qrCode, outTradeNo' } }

/** What the buyer pays; undefined unless exactly one target is given. */
function findPayment(cashier: Cashier, target: Target, late: boolean): Found | undefined {
  const { url, orderString, alipayTradeNo, qrCode, outTradeNo } = target
  if (Object.keys(target).length !== 1) return undefined
  if (outTradeNo !== undefined) return { trade: cashier.find({ outTradeNo }) }
  if (alipayTradeNo !== undefined) return { trade: cashier.find({ tradeNo: alipayTradeNo }) }
  if (qrCode !== undefined) return { request: cashier.scan(qrCode, late) }
  const signed = url === undefined ? (orderString ?? '') : queryOf(url)
  return { request: late ? cashier.read(signed) : cashier.review(signed) }
}

async function pay(
  cashier: Cashier,
  found: Found,
  buyerId: string | undefined,
  late: boolean,
): Promise<CashierResult<Trade>> {
  if ('trade' in found) {
    const { trade } = found
    return trade.ok
      ? await cashier.pay(trade.value.outTradeNo, buyerId === undefined ? undefined : buyerOf(buyerId), late)
      : trade
  }
  const { request } = found
  return request.ok ? await cashier.openAndPay(request.value, buyerOf(buyerId), late) : request
}

/** One of the known accounts, or an invented one with the given id. */
function buyerOf(buyerId: string | undefined): Buyer {
  if (buyerId === undefined) return buyers[0]
  return buyers.find(known => known.buyerId === buyerId) ?? { buyerId, logonId: 'tes***@sandbox.com' }
}

function send<T>(reply: FastifyReply, result: CashierResult<T>, view: (value: T) => object): FastifyReply {
  return result.ok ? reply.send(view(result.value)) : reply.code(409).send({ error: problemView(result.problem) })
}

function problemView({ code, subCode, subMsg }: Problem): object {
  return { code, subCode, subMsg }
}
