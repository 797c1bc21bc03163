import {
  acceptCalls,
  buildHttpApp,
  createLogger,
  type HttpApp,
  newTraceparent,
  requireServiceToken,
} from '@alipay-checkout/service-kit'
import { testSecrets } from '@alipay-checkout/test-support'
import Type from 'typebox'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { notifyForm, startGateway, type TestGateway } from '../test-gateway.ts'
import { openService } from '../upstream/service.ts'

const controlCharacters = '\u0001'.repeat(64 * 1024)

/** The receiving side as in payment-service, on a real port. `bodies` are the bodies that it received. */
async function startReceiver() {
  const bodies: string[] = []
  const app: HttpApp = buildHttpApp({ logger: createLogger('receiver', 'silent'), readiness: {} })
  requireServiceToken(app, testSecrets.SERVICE_TOKEN)
  acceptCalls(app).postBatched('/notify', Type.String({ maxLength: 64 * 1024 }), async body => {
    bodies.push(body)
    return { status: 200, body: 'success' }
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, body: string) => body,
  )
  app.post('/notify', async request => {
    bodies.push(request.body as string)
    return 'success'
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, bodies, close: () => app.close() }
}

let receiver: Awaited<ReturnType<typeof startReceiver>>
let gateway: TestGateway
beforeAll(async () => {
  receiver = await startReceiver()
  gateway = await startGateway({ PAYMENT_SERVICE_URL: receiver.url })
})
afterAll(async () => {
  await gateway.close()
  await receiver.close()
})

async function notify(body: string): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`${gateway.url}/api/payment/notify`, { method: 'POST', headers, body })
  return `${answer.status} ${await answer.text()}`
}

const refusals = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    Array.from(
      (await (await fetch(`${gateway.url}/metrics`)).text()).matchAll(
        /gateway_notifies_refused_total\{reason="(\w+)"\} (\d+)/g,
      ),
      ([, reason, count]) => [reason, Number(count)],
    ),
  )

it('accepts genuine notifies while thirty other callers send control characters', async () => {
  const genuine = Array.from({ length: 60 }, (_, n) => notifyForm({ notify_id: `genuine${n}` }))
  const strangers = [
    controlCharacters,
    controlCharacters.slice(0, 30_000),
    notifyForm({ body: controlCharacters.slice(0, 9_000) }),
  ]
  const sent = genuine.flatMap((form, n) => [notify(form), notify(strangers[n % 3] as string)])
  const answers = await Promise.all(sent)
  expect(answers.filter((_, n) => n % 2 === 0)).toEqual(genuine.map(() => '200 success'))
  expect(new Set(receiver.bodies)).toEqual(new Set([...genuine, strangers[2]]))
})

it('counts bodies that can not be a notify by reason, and never forwards them', async () => {
  const before = await refusals()
  const handedOn = receiver.bodies.length
  expect(await notify(controlCharacters)).toBe('413 failure')
  for (const body of ['', 'a=b', '\u0000', 'a=%', `${notifyForm()}&sign=x`, notifyForm({ sign_type: 'MD5' })]) {
    expect(await notify(body)).toBe('200 failure')
  }
  const after = await refusals()
  const counted = Object.entries(after).map(([reason, count]) => [reason, count - (before[reason] ?? 0)])
  expect(Object.fromEntries(counted)).toEqual({
    too_large: 1,
    empty: 1,
    missing_field: 1,
    control_character: 1,
    malformed_encoding: 1,
    repeated_field: 1,
    malformed_field: 1,
  })
  expect(receiver.bodies).toHaveLength(handedOn)
})

it('forwards every call unchanged although concurrent ones exceed the size of one batch', async () => {
  const payments = openService({ name: 'payments', url: receiver.url, token: testSecrets.SERVICE_TOKEN })
  onTestFinished(() => payments.close())
  const bodies = Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? controlCharacters : notifyForm()))
  const window = { minMs: 60, responseTimes: 1 }
  const answers = await Promise.allSettled(
    bodies.map(body => payments.post({ path: '/notify', body, traceparent: newTraceparent(false), window })),
  )
  expect(answers).toEqual(bodies.map(() => ({ status: 'fulfilled', value: { status: 200, body: 'success' } })))
})

it('fails only the call that the receiver can not accept', async () => {
  const payments = openService({ name: 'payments', url: receiver.url, token: testSecrets.SERVICE_TOKEN })
  onTestFinished(() => payments.close())
  const tooLarge = '\u0001'.repeat(2 * 1024 * 1024)
  const bodies = [notifyForm(), tooLarge, notifyForm(), 'x'.repeat(65 * 1024), notifyForm()]
  const answers = await Promise.allSettled(
    bodies.map(body => payments.post({ path: '/notify', body, traceparent: newTraceparent(false) })),
  )
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
})
