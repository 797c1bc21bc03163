import { createHash } from 'node:crypto'
import { isErased } from '@alipay-checkout/contracts'
import { type Calls, type HttpApp, type Logger, nameOrder } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { Counter, type Registry } from 'prom-client'
import Type from 'typebox'
import { type NotifyRefused, notifyBodyBytesMax, readNotify } from '../alipay/notify.ts'
import type { SignatureVerifier } from '../alipay/verifier.ts'
import { type NewCase, openCases } from '../case-store/open-cases.ts'
import { notifyResult, resultOf } from './alipay-result.ts'
import { lockPaymentsOfAttempts } from './payment-store.ts'
import type { RecordAlipayResult } from './record-alipay-result.ts'
import { orderIdOf } from './trade-number.ts'

interface Options {
  db: Db
  recordAlipayResult: RecordAlipayResult
  appId: string
  sellerId: string
  verifier: SignatureVerifier
  logger: Logger
  registry: Registry
}

/**
 * Receives Alipay's notifies (webhooks). The answer is the plain text `success` only after the commit of what the notify
 * changed, and `failure` for everything else, so that Alipay sends it again. Both are 200, because Alipay reads only the
 * text.
 */
export function addReceiveNotify(app: HttpApp, calls: Calls, options: Options): void {
  const { recordAlipayResult, logger, verifier } = options
  const received = new Counter({
    name: 'notifies_total',
    help: 'Notifies by result: what they changed, why they changed nothing, or why they were refused',
    labelNames: ['result'],
    registers: [options.registry],
  })
  for (const result of knownResults) received.inc({ result }, 0)

  async function receive(body: string): Promise<'success' | 'failure'> {
    const notify = readNotify(body, { verifier, receivedAt: new Date() })
    if ('refused' in notify) return refuse(notify)
    const { outTradeNo, notifyId, tradeStatus } = notify
    const orderId = orderIdOf(outTradeNo)
    if (orderId !== undefined) nameOrder(orderId)
    const decision = await recordAlipayResult(notifyResult(notify, options))
    const result = resultOf(decision)
    received.inc({ result })
    if (decision.outcome !== 'rejected') return 'success'
    logger.error({ outTradeNo, notifyId, tradeStatus, result }, 'rejected a notify that Alipay signed; it has a case')
    return 'failure'
  }

  async function refuse(notify: NotifyRefused): Promise<'failure'> {
    const { refused: reason, field, signed } = notify
    received.inc({ result: reason })
    const about = { reason, ...(field ? { field } : {}) }
    if (!signed) {
      // Anyone can send unsigned bodies, so the log gets the reason and none of the content.
      logger.warn(about, `refused a notify: ${explanations[reason]}`)
      return 'failure'
    }
    const { notifyId, outTradeNo } = signed
    logger.error({ ...about, notifyId, outTradeNo }, `refused a notify that Alipay signed: ${explanations[reason]}`)
    await options.db.transaction(async tx => {
      // Locked, so that an erasure of the order either has been committed or finds the case.
      const { payments } = await lockPaymentsOfAttempts(tx, outTradeNo === undefined ? [] : [outTradeNo])
      const isOfErased = [...payments.values()].some(({ customerId }) => isErased(customerId))
      await openCases(tx, [caseOfRefusedNotify(notify, { isOfErased })])
    })
    return 'failure'
  }

  calls.postBatched('/notify', Type.String({ maxLength: notifyBodyBytesMax }), async body => {
    return { status: 200, body: await receive(body) }
  })

  app.register(async scope => {
    // Alipay at times sends `application/x-www-form-urlencoded; text/html; charset=utf-8`, so the body is read as a form
    // with any content type, also one that is no media type.
    scope.addHook('onRequest', async request => {
      request.headers['content-type'] = 'application/x-www-form-urlencoded'
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: notifyBodyBytesMax }, (_request, body, done) =>
      done(null, body),
    )
    scope.setErrorHandler((error: Error & { statusCode?: number; status?: number }, _request, reply) => {
      const status = error.statusCode ?? error.status ?? 500
      if (status >= 500) logger.error({ err: error }, 'a notify could not be stored; Alipay sends it again')
      received.inc({ result: 'not_taken' })
      return reply
        .code(status < 500 ? status : 200)
        .type('text/plain')
        .send('failure')
    })
    scope.post('/notify', async (request, reply) => {
      reply.type('text/plain')
      return receive(typeof request.body === 'string' ? request.body : '')
    })
  })
}

const explanations: Record<NotifyRefused['refused'], string> = {
  duplicated_field: 'a field comes twice',
  not_signed: 'it carries no signature',
  wrong_sign_type: 'its sign_type is not RSA2',
  bad_signature: 'its signature verifies with none of Alipay’s keys',
  malformed_name: 'a field has a name that no field of Alipay has',
  ambiguous_field: 'a field that money depends on appears inside another field',
  missing_field: 'a field that money depends on is missing',
  malformed_field: 'a field that money depends on is not in Alipay’s format',
}

/** Reported from the start, so that the first one is an increase. */
const knownResults = [
  'paid',
  'already_paid',
  'amount_differs',
  'unknown_order',
  'another_app',
  'another_seller',
  'not_taken',
  ...Object.keys(explanations),
]

/**
 * The case of a notify that Alipay signed and that is refused all the same. The same notify again gives the same key. Its
 * text, which tells about the buyer, is left out for an erased order.
 */
function caseOfRefusedNotify(
  { refused, field, signed }: NotifyRefused,
  { isOfErased }: { isOfErased: boolean },
): NewCase {
  const { notifyId, outTradeNo, body = '' } = signed ?? {}
  return {
    key: `notify_refused:${notifyId ?? createHash('sha256').update(body).digest('hex')}:${refused}:${field ?? ''}`,
    kind: 'notify_refused',
    orderId: outTradeNo && orderIdOf(outTradeNo),
    outTradeNo,
    summary: `A notify that Alipay signed was refused: ${explanations[refused]}${field ? ` (${field})` : ''}`,
    evidence: { reason: refused, field, notifyId, body: isOfErased ? '' : body },
    proposal: outTradeNo
      ? {
          action: 'query_trade',
          why: 'A query gives the current state of the trade; Alipay repeats the notify for 25 hours.',
        }
      : { action: 'none', why: 'The notify names no trade. Check which notifies Alipay sends to this address.' },
  }
}
