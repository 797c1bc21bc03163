import { OrderId } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import type { AlipayClient } from '../alipay/client.ts'
import { syncForRequest } from './query-payment.ts'
import type { RecordAlipayResult } from './record-alipay-result.ts'

/** Queries Alipay whether an order's money has come. 204 also when that was done a moment ago or can't be done now. */
export function addSyncPayment(
  app: HttpApp,
  { db, alipay, recordAlipayResult }: { db: Db; alipay: AlipayClient; recordAlipayResult: RecordAlipayResult },
): void {
  app.post(
    '/payments/:orderId/check',
    { schema: { params: Type.Object({ orderId: OrderId }) } },
    async (request, reply) => {
      await syncForRequest(request.params.orderId, { db, alipay, recordAlipayResult }, 'somebody waits for it')
      return reply.code(204).send()
    },
  )
}
