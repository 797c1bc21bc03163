import { OrderId } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { takeForSync } from './attempt-store.ts'
import { type AlipayAccess, noAnswerProblem, type PaymentState, queryPayment } from './query-payment.ts'

interface Options extends AlipayAccess {
  db: Db
}

/**
 * Queries Alipay about an order's open attempt because of a request: at most once per order in `syncEveryS`, across
 * replicas, and only within the budget that other calls leave. Resolves to undefined where no query was made. Throws the
 * problem `alipay-failed` or `alipay-timeout` without a clear answer; nothing has changed then.
 */
export async function syncForRequest(
  orderId: string,
  options: Options,
  cause: string,
): Promise<Exclude<PaymentState['state'], 'unknown'> | undefined> {
  if (!options.alipay.hasRoom()) return undefined
  // An order has at most one open attempt: the next is added only once the one before is closed.
  const [outTradeNo] = await takeForSync(options.db, orderId)
  if (outTradeNo === undefined) return undefined
  const call = { what: 'query', cause } as const
  const result = await queryPayment(outTradeNo, options, { call, source: 'query', priority: 'request' })
  if (result.state !== 'unknown') return result.state
  if (result.answer.reason === 'over_budget') return undefined
  throw noAnswerProblem(result.answer)
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
