import { createHash, type KeyObject } from 'node:crypto'
import type { Calls, HttpApp, Logger } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { Counter, type Registry } from 'prom-client'
import Type from 'typebox'
import { type NotifyRefused, notifyBodyBytesMax, readNotify, type SignedNotify } from '../alipay/notify.ts'
import { type NewCase, openCases } from '../case-store/open-cases.ts'
import { type AlipayResult, type RecordAlipayResult, verdictOf } from './record-alipay-result.ts'
import { orderIdOf } from './trade-number.ts'

interface Options {
  db: Db
  recordAlipayResult: RecordAlipayResult
  appId: string
  sellerId: string
  alipayPublicKey: KeyObject
  logger: Logger
  registry: Registry
}

/**
 * Alipay's notifies. The answer is the plain text `success` only after the commit of what it changed, and `failure`
 * for everything else: then Alipay sends it again. Both are 200, because Alipay reads only the text.
 */
export function addReceiveNotify(app: HttpApp, calls: Calls, options: Options): void {
  const { recordAlipayResult, logger, alipayPublicKey } = options
  const taken = new Counter({
    name: 'notifies_total',
    help: 'Notifies by what became of them',
    labelNames: ['verdict'],
    registers: [options.registry],
  })

  async function take(body: string): Promise<'success' | 'failure'> {
    const notify = readNotify(body, { alipayPublicKey, receivedAt: new Date() })
    if ('refused' in notify) return refuse(notify)
    const { outTradeNo, notifyId, tradeStatus } = notify
    const judgement = await recordAlipayResult(wordOf(notify, options))
    const verdict = verdictOf(judgement)
    taken.inc({ verdict })
    if (judgement.outcome !== 'rejected') return 'success'
    logger.error({ outTradeNo, notifyId, tradeStatus, verdict }, 'Alipay signed a notify that can not be right')
    return 'failure'
  }

  async function refuse(notify: NotifyRefused): Promise<'failure'> {
    const { refused: reason, field, signed } = notify
    taken.inc({ verdict: reason })
    const about = { reason, ...(field ? { field } : {}) }
    if (!signed) {
      // Anybody can send these, so the log gets the reason and none of the content.
      logger.warn(about, `refused a notify: ${explanations[reason]}`)
      return 'failure'
    }
    const { notifyId, outTradeNo } = signed
    logger.error({ ...about, notifyId, outTradeNo }, `refused a notify that Alipay signed: ${explanations[reason]}`)
    await options.db.transaction(tx => openCases(tx, [caseOfRefusedNotify(notify)]))
    return 'failure'
  }

  calls.postBatched('/notify', Type.String({ maxLength: notifyBodyBytesMax }), async body => {
    return { status: 200, body: await take(body) }
  })

  app.register(async scope => {
    // Alipay at times sends `application/x-www-form-urlencoded; text/html; charset=utf-8`: take the bytes whatever they
    // are called, also where the name is no media type at all.
    scope.addHook('onRequest', async request => {
      request.headers['content-type'] = 'application/x-www-form-urlencoded'
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: notifyBodyBytesMax }, (_request, body, done) =>
      done(null, body),
    )
    scope.setErrorHandler((error: Error & { statusCode?: number; status?: number }, _request, reply) => {
      const status = error.statusCode ?? error.status ?? 500
      if (status >= 500) logger.error({ err: error }, 'a notify could not be kept; Alipay sends it again')
      taken.inc({ verdict: 'not_taken' })
      return reply
        .code(status < 500 ? status : 200)
        .type('text/plain')
        .send('failure')
    })
    scope.post('/notify', async (request, reply) => {
      reply.type('text/plain')
      return take(typeof request.body === 'string' ? request.body : '')
    })
  })
}

const explanations: Record<NotifyRefused['refused'], string> = {
  duplicated_field: 'a field comes twice',
  not_signed: 'it carries no signature',
  wrong_sign_type: 'its sign_type is not RSA2',
  bad_signature: 'its signature does not verify with ALIPAY_PUBLIC_KEY',
  malformed_name: 'a field has a name that Alipay’s fields do not have',
  ambiguous_field: 'a field that money depends on stands inside of another one',
  missing_field: 'a field that money depends on is missing',
  malformed_field: 'a field that money depends on has a shape that Alipay’s does not have',
}

/** A soundly signed notify that is not taken is news that somebody has to look at. The same one again is the same case. */
function caseOfRefusedNotify({ refused, field, signed }: NotifyRefused): NewCase {
  const { notifyId, outTradeNo, body = '' } = signed ?? {}
  return {
    key: `notify_refused:${notifyId ?? createHash('sha256').update(body).digest('hex')}:${refused}:${field ?? ''}`,
    kind: 'notify_refused',
    orderId: outTradeNo && orderIdOf(outTradeNo),
    outTradeNo,
    summary: `A notify that Alipay signed was refused: ${explanations[refused]}${field ? ` (${field})` : ''}`,
    evidence: { reason: refused, field, notifyId, body },
    proposal: outTradeNo
      ? { action: 'query_trade', why: 'Alipay can say what became of the trade; it repeats the notify for 25 hours' }
      : { action: 'none', why: 'it names no trade; look at what Alipay sends, and to whom' },
  }
}

/** What a notify means for the payment. One for another app or seller is kept and means nothing. */
export function wordOf(notify: SignedNotify, { appId, sellerId }: { appId: string; sellerId: string }): AlipayResult {
  const { outTradeNo, says } = notify
  if (notify.appId !== appId) return { outTradeNo, notify, wrongRecipient: 'another_app' }
  if (notify.sellerId !== sellerId) return { outTradeNo, notify, wrongRecipient: 'another_seller' }
  if (says.type === 'money') {
    return { outTradeNo, notify, input: { type: 'moneyCame', trade: says.trade, source: 'notify' } }
  }
  return says.refunded
    ? { outTradeNo, notify, input: { type: 'refundNoticed', ...says.refunded, origin: 'outside' } }
    : { outTradeNo, notify, input: { type: 'noMoney', outTradeNo, amountFen: says.amountFen, why: says.why } }
}
