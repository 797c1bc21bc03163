import { OrderId } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { takeForSync } from './attempt-store.ts'
import { type AlipayAccess, noAnswerProblem, type PaymentState, queryPayment } from './query-payment.ts'

interface Options extends AlipayAccess {
  db: Db
}

type SyncedState = Exclude<PaymentState['state'], 'unknown'>

/** Of several attempts, the state that matters most to a shopper. */
const byImportance: readonly SyncedState[] = ['paid', 'closed', 'waiting', 'no_trade']

/**
 * Queries Alipay about an order's open attempts because of a request: at most once per order in `syncEveryS`, across
 * replicas, and only within the budget that other calls leave. Resolves to the most important state: `paid` where one is
 * paid, then `closed` where one is. Resolves to undefined where no query was made. Throws the problem `alipay-failed` or
 * `alipay-timeout` where none is paid and one has no clear answer; nothing has changed for that one then.
 */
export async function syncForRequest(
  orderId: string,
  options: Options,
  cause: string,
): Promise<SyncedState | undefined> {
  if (!options.alipay.hasRoom()) return undefined
  const outTradeNos = await takeForSync(options.db, orderId)
  const call = { what: 'query', cause } as const
  const results = await Promise.all(
    outTradeNos.map(outTradeNo => queryPayment(outTradeNo, options, { call, source: 'query', priority: 'request' })),
  )
  const states = new Set(results.map(({ state }) => state))
  const unclear = results.find(result => result.state === 'unknown' && result.answer.reason !== 'over_budget')
  if (unclear?.state === 'unknown' && !states.has('paid')) throw noAnswerProblem(unclear.answer)
  return byImportance.find(state => states.has(state))
}

/** Queries Alipay whether an order is paid. 204 also when that was done a moment ago or cannot be done now. */
export function addSyncPayment(app: HttpApp, options: Options): void {
  app.post(
    '/payments/:orderId/check',
    { schema: { params: Type.Object({ orderId: OrderId }) } },
    async (request, reply) => {
      await syncForRequest(request.params.orderId, options, 'the shopper waits for the result')
      return reply.code(204).send()
    },
  )
}
