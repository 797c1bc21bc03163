import type { KeyObject } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import type { BillDesk } from '../bill/bill-desk.ts'
import { billPeriod } from '../bill/period.ts'
import { buyers, type Cashier, type CashierResult } from '../cashier/cashier.ts'
import { signedReturnUrl } from '../cashier/return-url.ts'
import { billFaults, type FaultSwitches, noFaults } from '../faults.ts'
import { queryOf } from '../gateway/parameters.ts'
import type { Problem } from '../gateway/refusals.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { Buyer, Trade } from '../trade.ts'
import { ledgerView, notifyView, tradeView } from './views.ts'

export interface ControlOptions {
  readonly cashier: Cashier
  readonly ledger: Ledger
  readonly notifier: Notifier
  readonly bills: BillDesk
  readonly faults: FaultSwitches
  readonly key: KeyObject
  readonly now: () => number
}

const BuyerId = Type.Optional(Type.String({ minLength: 1, maxLength: 64 }))
const OpenBody = Type.Object({ url: Type.String({ minLength: 1 }), buyerId: BuyerId }, { additionalProperties: false })
const PayBody = Type.Object(
  {
    url: Type.Optional(Type.String({ minLength: 1 })),
    outTradeNo: Type.Optional(Type.String({ minLength: 1 })),
    buyerId: BuyerId,
    /** False saves the signature of a return that nobody will follow. */
    withReturnUrl: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
const CloseBody = Type.Object({ outTradeNo: Type.String({ minLength: 1 }) }, { additionalProperties: false })
const BillsBody = Type.Object(
  { date: Type.String({ minLength: 1 }), ready: Type.Union([Type.Boolean(), Type.Null()]) },
  { additionalProperties: false },
)
const FaultsBody = Type.Object(
  {
    gateway: Type.Optional(Type.Union([Type.Literal('down'), Type.Literal('slow'), Type.Literal('html')])),
    slowMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    notify: Type.Optional(Type.Union([Type.Literal('drop'), Type.Literal('duplicate'), Type.Literal('delay')])),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    refund: Type.Optional(Type.Union([Type.Literal('no_balance'), Type.Literal('nothing'), Type.Literal('unclear')])),
    bill: Type.Optional(Type.Union(billFaults.map(fault => Type.Literal(fault)))),
  },
  { additionalProperties: false },
)

const LedgerQuery = Type.Object({
  after: Type.Optional(Type.String()),
  limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,5}$' })),
})
const LEDGER_PAGE_MAX = 10_000

/** `/simulator/…`: a buyer without a browser, the books to look into, and the fault switches. For tests and tools. */
export function controlRoutes(server: FastifyInstance, options: ControlOptions): void {
  const { cashier, ledger, notifier, faults } = options

  server.post<{ Body: Static<typeof OpenBody> }>('/open', { schema: { body: OpenBody } }, async (request, reply) => {
    const opened = await openByUrl(cashier, request.body.url, buyerOf(request.body.buyerId))
    return send(reply, opened, tradeView)
  })

  server.post<{ Body: Static<typeof PayBody> }>('/pay', { schema: { body: PayBody } }, async (request, reply) => {
    const { url, outTradeNo, buyerId, withReturnUrl = true } = request.body
    if ((url === undefined) === (outTradeNo === undefined)) {
      return reply.code(400).send({ error: { subMsg: 'give either url or outTradeNo' } })
    }
    const paid =
      url === undefined
        ? await cashier.pay(outTradeNo!, buyerId === undefined ? undefined : buyerOf(buyerId))
        : await payByUrl(cashier, url, buyerOf(buyerId))
    const returnUrl =
      paid.ok && withReturnUrl ? await signedReturnUrl(paid.value, options.key, options.now()) : undefined
    return send(reply, paid, trade => ({ ...tradeView(trade), ...(returnUrl ? { returnUrl } : {}) }))
  })

  server.post<{ Body: Static<typeof CloseBody> }>('/close', { schema: { body: CloseBody } }, async (request, reply) =>
    send(reply, await cashier.close(request.body.outTradeNo), tradeView),
  )

  server.post<{ Body: Static<typeof CloseBody> }>('/finish', { schema: { body: CloseBody } }, async (request, reply) =>
    send(reply, await cashier.finish(request.body.outTradeNo), tradeView),
  )

  server.post<{ Body: Static<typeof BillsBody> }>('/bills', { schema: { body: BillsBody } }, async (request, reply) => {
    const { date, ready } = request.body
    if (!billPeriod(date)) return reply.code(400).send({ error: { subMsg: 'date is no yyyy-MM-dd or yyyy-MM' } })
    options.bills.tell(date, ready ?? undefined)
    return { date, ready }
  })

  server.get<{ Querystring: Static<typeof LedgerQuery> }>(
    '/ledger',
    { schema: { querystring: LedgerQuery } },
    async request => {
      const { after, limit = '1000' } = request.query
      const page = ledger.page(after, Math.min(Math.max(Number(limit), 1), LEDGER_PAGE_MAX))
      await ledger.settled()
      return { items: page.map(ledgerView), next: page.length === 0 ? null : page.at(-1)!.outTradeNo }
    },
  )

  server.get<{ Params: { outTradeNo: string } }>('/trades/:outTradeNo', async (request, reply) => {
    const trade = ledger.trade(request.params.outTradeNo)
    await ledger.settled()
    return trade ? tradeView(trade) : reply.code(404).send({ error: { subCode: 'ACQ.TRADE_NOT_EXIST' } })
  })

  server.get<{ Querystring: { outTradeNo: string } }>(
    '/notifies',
    { schema: { querystring: Type.Object({ outTradeNo: Type.String({ minLength: 1 }) }) } },
    async request => ({ items: ledger.notifiesOf(request.query.outTradeNo).map(notifyView) }),
  )

  server.post<{ Params: { id: string } }>('/notifies/:id/redeliver', async (request, reply) => {
    const notify = ledger.notify(request.params.id)
    if (!notify) return reply.code(404).send({ error: { subMsg: 'no such notify' } })
    return notifyView(await notifier.redeliver(notify))
  })

  server.get('/faults', async () => faults.current())
  server.post<{ Body: Static<typeof FaultsBody> }>('/faults', { schema: { body: FaultsBody } }, async request => {
    faults.set({ ...noFaults, ...request.body })
    return faults.current()
  })
  server.delete('/faults', async () => {
    faults.clear()
    return faults.current()
  })
}

async function openByUrl(cashier: Cashier, url: string, buyer: Buyer): Promise<CashierResult<Trade>> {
  const reviewed = cashier.review(queryOf(url))
  return reviewed.ok ? await cashier.open(reviewed.value, buyer) : reviewed
}

async function payByUrl(cashier: Cashier, url: string, buyer: Buyer): Promise<CashierResult<Trade>> {
  const reviewed = cashier.review(queryOf(url))
  return reviewed.ok ? await cashier.openAndPay(reviewed.value, buyer) : reviewed
}

/** One of the known accounts, or a made-up one under the id given. */
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
