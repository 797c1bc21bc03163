import { NotifyId } from '@alipay-checkout/contracts'
import { actorFrom, type HttpApp, type Logger, Problem, RequiredActorHeaders } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import Type from 'typebox'
import { readNotify } from '../alipay/notify.ts'
import type { SignatureVerifier } from '../alipay/verifier.ts'
import { notifyResult, type ResultDecision, resultOf } from './alipay-result.ts'
import { noteUnchanged } from './note-unchanged.ts'
import { findNotify } from './notify-store.ts'
import type { RecordAlipayResult } from './record-alipay-result.ts'
import { orderIdOf } from './trade-number.ts'

interface Options {
  db: Db
  recordAlipayResult: RecordAlipayResult
  appId: string
  sellerId: string
  verifier: SignatureVerifier
  logger: Logger
}

/**
 * Handles a stored notify again when a person requests it, signature check included, because what was rejected then may
 * be right now. Answers with the result; a notify that was applied before changes nothing.
 */
export function addReplayNotify(app: HttpApp, options: Options): void {
  const { db, recordAlipayResult, logger, verifier } = options
  app.post(
    '/notifies/:notifyId/replay',
    {
      schema: {
        params: Type.Object({ notifyId: NotifyId }),
        headers: RequiredActorHeaders,
        response: { 200: Type.Object({ verdict: Type.String() }) },
      },
    },
    async request => {
      const { notifyId } = request.params
      const stored = await findNotify(db, notifyId)
      if (!stored) throw new Problem('notify-not-found', `There is no stored notify ${notifyId}.`)
      if (stored.body === '') {
        throw new Problem(
          'notify-not-found',
          `The text of notify ${notifyId} is deleted, by RETENTION_DAYS_NOTIFY_BODY or an erasure, so it can not be processed again.`,
        )
      }
      const notify = readNotify(stored.body, { verifier, receivedAt: stored.receivedAt })
      const { outTradeNo } = stored
      const actor = actorFrom(request.headers)
      const call = { what: 'replay', cause: `requested by ${actor.id}`, requester: { actor } } as const
      // Only signed notifies are stored, so one that is refused now was signed with an earlier key of Alipay's.
      const decision =
        'refused' in notify ? undefined : await recordAlipayResult({ ...notifyResult(notify, options), call })
      const result = 'refused' in notify ? notify.refused : resultOf(decision as ResultDecision)
      logger.info({ notifyId, outTradeNo, actor: actor.id, result }, 'replayed a notify')
      // What changed is in both logs already, in the transaction of the change.
      if (decision?.outcome !== 'changed') {
        const detail = { notifyId, outTradeNo, result }
        const orderId = orderIdOf(outTradeNo) ?? outTradeNo
        const entry = { orderId, what: call.what, cause: call.cause, detail }
        await noteUnchanged(db, entry, { actor, action: 'notify.replay', object: notifyId, orderId, after: detail })
      }
      return { verdict: result }
    },
  )
}
