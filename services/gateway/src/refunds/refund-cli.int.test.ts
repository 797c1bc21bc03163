import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { testSecrets } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const cli = join(import.meta.dirname, 'refund-cli.ts')
const refund = { refundId: `ref_${'1'.repeat(32)}`, amountFen: 1_234, status: 'REQUESTED' }
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env.PATH, PUBLIC_URL: gateway.url, JWT_SECRET: testSecrets.JWT_SECRET }
  return new Promise(resolve => {
    execFile(process.execPath, [cli, ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

it('refunds an order and reports when it succeeded', async () => {
  let polls = 0
  gateway.standIn.on('POST /payments/*/refunds', () => ({ status: 202, body: refund }))
  gateway.standIn.on('GET /payments/*/refunds', () => {
    const over = { ...refund, status: 'SUCCEEDED', finishedAt: '2026-01-15T10:00:00.000Z' }
    return { status: 200, body: { items: [polls++ === 0 ? refund : over], paidFen: 1_234, refundableFen: 0 } }
  })
  const { code, out } = await run(orderId, '--amount', '12.34', '--reason', 'broken', '--key', 'k-1', '--as', 'li')
  expect([code, out.trim()]).toEqual([0, `${refund.refundId}: 12.34 yuan refunded`])
  const asked = gateway.standIn.calls.find(({ method }) => method === 'POST')
  expect(JSON.parse(asked?.body ?? '')).toEqual({
    amountFen: 1_234,
    reason: 'broken',
    requestedBy: 'li',
    idempotencyKey: 'k-1',
  })
})

it('reports a refusal, and how to repeat a request without a response', async () => {
  const otherId = orderId.replace('0190', '0191')
  gateway.standIn.on('POST /payments/*/refunds', ({ path }) =>
    path.includes(orderId) ? problem('refund-exceeds-balance') : 'cut',
  )
  const [refused, unanswered] = await Promise.all([
    run(orderId, '--reason', 'x'),
    run(otherId, '--reason', 'x', '--key', 'k-2'),
  ])
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining('The refund exceeds the refundable amount'),
  })
  expect(unanswered.err).toContain('Repeat it with --key k-2')
})
