import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { BillDesk } from '../bill/bill-desk.ts'
import { billPeriod } from '../bill/period.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notifier } from '../notify/notifier.ts'
import { ledgerView, notifyView, tradeView } from './views.ts'

export interface LedgerRouteOptions {
  readonly ledger: Ledger
  readonly notifier: Notifier
  readonly bills: BillDesk
}

const BillsBody = Type.Object(
  {
    date: Type.String({ minLength: 1 }),
    ready: Type.Union([Type.Boolean(), Type.Null()]),
    /** Rows that are not in the ledger: of another shop on the same account, and odd ones. */
    foreign: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    odd: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
)
const LedgerQuery = Type.Object({
  after: Type.Optional(Type.String()),
  limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,5}$' })),
})
const LEDGER_PAGE = 1_000
const LEDGER_PAGE_MAX = 10_000

/** Routes that read trades, notifies and bills. */
export function ledgerRoutes(server: FastifyInstance, { ledger, notifier, bills }: LedgerRouteOptions): void {
  server.get<{ Params: { outTradeNo: string } }>('/trades/:outTradeNo', async (request, reply) => {
    const trade = ledger.trade(request.params.outTradeNo)
    await ledger.settled()
    return trade ? tradeView(trade) : reply.code(404).send({ error: { subCode: 'ACQ.TRADE_NOT_EXIST' } })
  })

  server.get<{ Querystring: Static<typeof LedgerQuery> }>(
    '/ledger',
    { schema: { querystring: LedgerQuery } },
    async request => {
      const { after, limit } = request.query
      const page = ledger.page(after, Math.min(Number(limit ?? LEDGER_PAGE), LEDGER_PAGE_MAX))
      await ledger.settled()
      return { items: page.map(ledgerView), next: page.at(-1)?.outTradeNo ?? null }
    },
  )

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

  server.post<{ Body: Static<typeof BillsBody> }>('/bills', { schema: { body: BillsBody } }, async (request, reply) => {
    const { date, ready, foreign, odd } = request.body
    if (!billPeriod(date)) return reply.code(400).send({ error: { subMsg: 'date is no yyyy-MM-dd or yyyy-MM' } })
    bills.setReady(date, ready ?? undefined)
    if (foreign !== undefined || odd !== undefined) bills.add(date, { foreign: foreign ?? 0, odd: odd ?? 0 })
    return { date, ready, foreign, odd }
  })
}
