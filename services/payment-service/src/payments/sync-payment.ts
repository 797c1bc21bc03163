import { OrderId } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import type { AlipayClient } from '../alipay/client.ts'
import { askOutOfCuriosity } from './query-payment.ts'
import type { KeepWord } from './record-alipay-result.ts'

/** Queries Alipay whether an order's money has come. 204 also when that was done a moment ago or can't be done now. */
export function addCheckPayment(
  app: HttpApp,
  { db, alipay, keepWord }: { db: Db; alipay: AlipayClient; keepWord: KeepWord },
): void {
  app.post(
    '/payments/:orderId/check',
    { schema: { params: Type.Object({ orderId: OrderId }) } },
    async (request, reply) => {
      await askOutOfCuriosity(request.params.orderId, { db, alipay, keepWord }, 'somebody waits for it')
      return reply.code(204).send()
    },
  )
}
