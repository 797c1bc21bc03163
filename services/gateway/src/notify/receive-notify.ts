import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import { Counter, type Registry } from 'prom-client'
import type { Dependencies } from '../dependencies.ts'
import { traceparentOf } from '../upstream/traceparent.ts'
import { notifyBytesMax, readNotifyForm } from './notify-form.ts'

const formType = 'application/x-www-form-urlencoded'
/** Verified, committed, answered: Alipay itself gives up after some seconds and tries again. */
const notifyTimeoutMs = 8_000
/** Alipay can wait, and larger batches leave time to those who place orders. */
const gathering = { leastMs: 120, timesAnswer: 4 }

/**
 * `POST /api/payment/notify`: Alipay's notify, handed to payment-service untouched. Only the signature counts, so anybody
 * may call. The answer is `success` when payment-service has committed, and anything else makes Alipay try again.
 *
 * What can't be a notify is refused here, because notifies share requests to payment-service: a stranger's body must
 * not take up the room of genuine ones. Whether a notify is genuine is for payment-service to say.
 */
export function addAlipayNotify(app: HttpApp, { config, payments }: Dependencies, registry: Registry): void {
  const refused = new Counter({
    name: 'gateway_notifies_refused_total',
    help: 'Bodies that can not be a notify of Alipay, refused before payment-service saw them, by reason',
    labelNames: ['reason'],
    registers: [registry],
  })
  app.register(async scope => {
    // Alipay at times sends the content type `application/x-www-form-urlencoded; text/html; charset=utf-8`. Whatever it
    // says, the bytes are handed on as they are.
    scope.addHook('onRequest', async request => {
      request.raw.headers['content-type'] = formType
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      formType,
      { parseAs: 'buffer', bodyLimit: notifyBytesMax },
      async (_: unknown, body: Buffer) => body,
    )
    // Alipay reads one word: whatever is refused on the way here, such as a body too large, is told in its own terms.
    scope.setErrorHandler(async (error: Error & { status?: number; statusCode?: number }, request, reply) => {
      const status = error.status ?? error.statusCode ?? 500
      if (status === 413) refused.inc({ reason: 'too_large' })
      if (status >= 500) request.log.error({ err: error }, 'a notify could not be taken; Alipay will repeat it')
      return reply.code(status).type('text/plain; charset=utf-8').send('failure')
    })
    const schema = {
      tags: ['payment'],
      summary: "Alipay's asynchronous notify",
      description: 'A signed form. The answer is the plain text `success`, or `failure`, which makes Alipay try again.',
      consumes: [formType],
      produces: ['text/plain'],
    }
    const limit = { max: config.RATE_LIMIT_NOTIFY_PER_MINUTE, groupId: 'notify' }
    scope.post('/api/payment/notify', { schema, config: { rateLimit: limit } }, async (request, reply) => {
      reply.header('cache-control', 'no-store').header('content-type', 'text/plain; charset=utf-8')
      const form = readNotifyForm(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
      if (typeof form === 'string') {
        refused.inc({ reason: form })
        // Anybody can send these, so the log gets the reason and none of the content.
        request.log.debug({ reason: form }, 'refused what can not be a notify of Alipay')
        return reply.send('failure')
      }
      try {
        const { body } = await payments.post({
          path: '/notify',
          body: form.text,
          traceparent: traceparentOf(request.headers.traceparent),
          timeoutMs: notifyTimeoutMs,
          gathering,
        })
        return await reply.send(body === 'success' ? 'success' : 'failure')
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.status >= 500)
          request.log.error({ err: error }, 'a notify could not be handed over; Alipay will repeat it')
        return await reply.code(error.status >= 500 ? 503 : 200).send('failure')
      }
    })
  })
}
