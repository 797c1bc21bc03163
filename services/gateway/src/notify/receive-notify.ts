import { type HttpApp, Problem, traceOf } from '@alipay-checkout/service-kit'
import { Counter, type Registry } from 'prom-client'
import type { Dependencies } from '../dependencies.ts'
import { notAlipayNotify, notifyBytesMax, readNotifyForm } from './notify-form.ts'

const formType = 'application/x-www-form-urlencoded'
/** Covers verifying, committing and answering. Alipay waits some seconds itself, then repeats the notify. */
const notifyTimeoutMs = 8_000
/** A long window: Alipay can wait, and fewer batches leave more capacity for placing orders. */
const batchWindow = { minMs: 120, responseTimes: 4 }

/**
 * `POST /api/payment/notify`: the Alipay notify (webhook), forwarded to payment-service byte for byte. It needs no token,
 * because payment-service verifies the signature. The answer is `success` once payment-service has committed; any other
 * answer makes Alipay repeat the notify.
 *
 * Bodies that can't be a notify are refused here, because notifies share requests to payment-service: invalid bodies
 * must not use up the space of genuine ones.
 */
export function addAlipayNotify(app: HttpApp, { config, payments }: Dependencies, registry: Registry): void {
  const refused = new Counter({
    name: 'gateway_notifies_refused_total',
    help: 'Bodies refused by the gateway because they can not be an Alipay notify, by reason',
    labelNames: ['reason'],
    registers: [registry],
  })
  for (const reason of [...notAlipayNotify, 'too_large']) refused.inc({ reason }, 0)
  app.register(async scope => {
    // Alipay sometimes sends the content type `application/x-www-form-urlencoded; text/html; charset=utf-8`. Every body
    // is read as a form, whatever its content type.
    scope.addHook('onRequest', async request => {
      request.raw.headers['content-type'] = formType
    })
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      formType,
      { parseAs: 'buffer', bodyLimit: notifyBytesMax },
      async (_: unknown, body: Buffer) => body,
    )
    // Alipay expects `success` or `failure`, so errors before the handler, such as a too large body, are `failure`.
    scope.setErrorHandler(async (error: Error & { status?: number; statusCode?: number }, request, reply) => {
      const status = error.status ?? error.statusCode ?? 500
      if (status === 413) refused.inc({ reason: 'too_large' })
      if (status >= 500) request.log.error({ err: error }, 'a notify was not accepted; Alipay will repeat it')
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
        // Anyone can send these, so only the reason is logged, not the content.
        request.log.debug({ reason: form }, 'refused a body that can not be an Alipay notify')
        return reply.send('failure')
      }
      try {
        const { body } = await payments.post({
          path: '/notify',
          body: form.text,
          traceparent: traceOf(request),
          timeoutMs: notifyTimeoutMs,
          window: batchWindow,
        })
        return await reply.send(body === 'success' ? 'success' : 'failure')
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.status >= 500)
          request.log.error({ err: error }, 'a notify could not be forwarded; Alipay will repeat it')
        return await reply.code(error.status >= 500 ? 503 : 200).send('failure')
      }
    })
  })
}
