import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { orderId, problem, startGateway, type TestGateway } from '../test-gateway.ts'

const caseId = `case_${'1'.repeat(32)}`
const details = {
  orderId,
  status: 'PAID',
  orderStatus: 'PAID',
  totalFen: 100,
  currency: 'CNY',
  items: [{ sku: 'tea-01', title: '茶', quantity: 1, unitPriceFen: 100 }],
  adjustments: [],
  fulfilmentStatus: 'UNFULFILLED',
  createdAt: '2026-01-15T10:00:00.000Z',
  expiresAt: '2026-01-15T10:30:00.000Z',
  customerId: 'mei',
  refundedFen: 0,
  flags: [],
  shipments: { fulfilmentStatus: 'UNFULFILLED', items: [], left: [], refundedShippedLines: [] },
  recipient: { shipTo: { name: '张*', phone: '138****5678', city: '杭州市' }, note: '***' },
  notes: [{ at: '2026-01-15T10:01:00.000Z', by: 'ann', note: 'called back' }],
}
const payment = {
  orderId,
  state: 'PAID',
  amountFen: 100,
  expiresAt: '2026-01-15T10:30:00.000Z',
  attempts: [{ outTradeNo: orderId, status: 'PAID', refundedFen: 0, closeTries: 0 }],
  paidFen: 100,
  refundedFen: 0,
  keptFen: 100,
  notifies: [],
}
const refunds = { items: [], lines: [], shippingRefundableFen: 0, paidFen: 100, refundableFen: 100, trades: [] }
const stock = { items: [{ sku: 'tea-01', quantity: 1, status: 'COMMITTED', returned: 0 }] }
const theCase = {
  caseId,
  kind: 'amount_mismatch',
  status: 'OPEN',
  orderId,
  summary: 'x',
  evidence: {},
  proposal: { action: 'none', why: 'x' },
  openedAt: '2026-01-15T10:00:00.000Z',
  trail: [],
}
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

const all: [string, object][] = [
  ['GET /admin/orders/*', details],
  ['GET /admin/payments/*', payment],
  ['GET /payments/*/refunds', refunds],
  ['GET /cases', { items: [theCase], nextCursor: null }],
  ['GET /orders/*/stock', stock],
]
beforeEach(() => {
  gateway.standIn.reset()
  for (const [call, body] of all) gateway.standIn.on(call, () => ({ status: 200, body }))
})

async function read(id = orderId) {
  const answer = await fetch(`${gateway.url}/api/admin/orders/${id}`, {
    headers: { authorization: `Bearer ${jwt('ann', { role: 'admin' })}` },
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('the view of an order', () => {
  it('has what every service knows of it', async () => {
    const { status, body } = await read()
    expect(status).toBe(200)
    expect(body).toMatchObject({ orderId, order: details, payment, stock, missing: [] })
    expect(body.cases).toMatchObject([{ caseId }])
    expect(body.refunds).toMatchObject({ items: [] })
    const asked = gateway.standIn.calls.map(({ path }) => path)
    expect(asked).toContain(`/cases?orderId=${orderId}&limit=100`)
    expect(asked).toHaveLength(5)
  })

  it('names a service that can not answer, once, and leaves out what only that service knows', async () => {
    for (const call of ['GET /admin/payments/*', 'GET /payments/*/refunds', 'GET /cases'])
      gateway.standIn.on(call, () => 'cut')
    const { status, body } = await read()
    expect(status).toBe(200)
    expect(body.missing).toEqual(['payment-service'])
    expect(Object.keys(body).toSorted()).toEqual(['missing', 'order', 'orderId', 'stock'])
  })

  it('shows an order that one service alone knows', async () => {
    gateway.standIn.on('GET /admin/orders/*', () => problem('order-not-found'))
    gateway.standIn.on('GET /orders/*/stock', () => 'cut')
    expect((await read()).body).toMatchObject({ payment: { orderId }, missing: ['inventory-service'] })
  })

  it('answers 404 where no service knows the order, and 503 where none answers', async () => {
    for (const call of ['GET /admin/orders/*', 'GET /admin/payments/*', 'GET /payments/*/refunds'])
      gateway.standIn.on(call, () => problem('order-not-found'))
    gateway.standIn.on('GET /orders/*/stock', () => ({ status: 200, body: { items: [] } }))
    expect((await read()).body).toMatchObject({ type: '/problems/order-not-found' })
    expect((await read('ord_1')).status).toBe(404)
    for (const [call] of all) gateway.standIn.on(call, () => 'cut')
    expect((await read()).status).toBe(503)
  })
})
