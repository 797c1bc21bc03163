import { OrderId } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import type { AlipayClient } from '../alipay/client.ts'
import type { KeepWord } from '../alipay-said.ts'
import { askAlipay } from '../ask-alipay.ts'
import { takeForAsking } from '../db/due-attempts.ts'

/** Alipay is asked about one order at most this often, s: the button may be pressed more often than that. */
const askEveryS = 5

/** Asks Alipay now whether an order's money has come. 204 also when it was asked a moment ago, or there is nothing to ask. */
export function addCheckPayment(
  app: HttpApp,
  { db, alipay, keepWord }: { db: Db; alipay: AlipayClient; keepWord: KeepWord },
): void {
  app.post(
    '/payments/:orderId/check',
    { schema: { params: Type.Object({ orderId: OrderId }) } },
    async (request, reply) => {
      const outTradeNos = await takeForAsking(db, request.params.orderId, askEveryS)
      await Promise.all(
        outTradeNos.map(outTradeNo => askAlipay(outTradeNo, { alipay, keepWord }, 'somebody waits for it')),
      )
      return reply.code(204).send()
    },
  )
}
