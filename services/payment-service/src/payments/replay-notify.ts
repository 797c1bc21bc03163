import type { KeyObject } from 'node:crypto'
import { NotifyId } from '@alipay-checkout/contracts'
import { type HttpApp, type Logger, Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { actorOf } from '../actor.ts'
import { readNotify } from '../alipay/notify.ts'
import { findNotify } from './notify-store.ts'
import { appendLog } from './payment-log.ts'
import { wordOf } from './receive-notify.ts'
import { type RecordAlipayResult, verdictOf } from './record-alipay-result.ts'
import { orderIdOf } from './trade-number.ts'

interface Options {
  db: Db
  recordAlipayResult: RecordAlipayResult
  appId: string
  sellerId: string
  alipayPublicKey: KeyObject
  logger: Logger
}

/**
 * Puts a stored notify through the same path again, signature and all, because a person wants it: what could not be
 * right then may be now. Answers with what became of it; one that was kept before changes nothing.
 */
export function addReplayNotify(app: HttpApp, options: Options): void {
  const { db, recordAlipayResult, logger, alipayPublicKey } = options
  app.post(
    '/notifies/:notifyId/replay',
    {
      schema: {
        params: Type.Object({ notifyId: NotifyId }),
        headers: Type.Object({ 'x-actor': Type.String({ minLength: 1, maxLength: 512 }) }),
        response: { 200: Type.Object({ verdict: Type.String() }) },
      },
    },
    async request => {
      const { notifyId } = request.params
      const stored = await findNotify(db, notifyId)
      if (!stored) throw new Problem('notify-not-found', `No notify ${notifyId} was kept.`)
      const notify = readNotify(stored.body, { alipayPublicKey, receivedAt: stored.receivedAt })
      // Only one that was signed is ever kept: Alipay's key has changed since.
      const verdict =
        'refused' in notify ? notify.refused : verdictOf(await recordAlipayResult(wordOf(notify, options)))
      const { outTradeNo } = stored
      const actor = actorOf(request.headers['x-actor'])
      logger.info({ notifyId, outTradeNo, actor, verdict }, 'a notify was replayed')
      const detail = { notifyId, outTradeNo, verdict }
      const orderId = orderIdOf(outTradeNo) ?? outTradeNo
      await appendLog(db, [{ orderId, what: 'replay', cause: `asked for by ${actor}`, detail }])
      return { verdict }
    },
  )
}
