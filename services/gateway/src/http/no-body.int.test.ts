import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderId, startGateway, type TestGateway } from '../test-gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
  const { standIn } = gateway
  standIn.on('GET /orders/*/status', () => ({
    status: 200,
    body: { orderId, status: 'PENDING', orderStatus: 'PENDING_PAYMENT' },
  }))
  standIn.on('POST /orders/*/cancel', () => ({
    status: 200,
    body: { orderId, status: 'PENDING', orderStatus: 'CLOSING' },
  }))
  standIn.on('POST /payments/open', () => ({
    status: 200,
    body: { orderId, outTradeNo: orderId, method: 'alipay_page', content: 'https://alipay.test/pay' },
  }))
  standIn.on('POST /notifies/*/replay', () => ({ status: 200, body: { verdict: 'already_paid' } }))
})
afterAll(() => gateway.close())

/** Sends a request without a body byte for byte; returns the response's status and its whole text. */
async function send(method: string, path: string, headers: string[], end = '') {
  const { hostname, port } = new URL(gateway.url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const admin = `Authorization: Bearer ${jwt('boss', { role: 'admin' })}`
  socket.write(
    [`${method} ${path} HTTP/1.1`, 'Host: test', 'Connection: close', admin, ...headers, '', end].join('\r\n'),
  )
  const answer = await text(socket)
  return { status: Number(answer.split(' ')[1]), answer }
}

const requests: [what: string, headers: string[], end?: string][] = [
  ['curl -X POST', []],
  ["curl -d ''", ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 0']],
  ['Python with a text type', ['Content-Type: text/plain', 'Content-Length: 0']],
  ['a client that announces JSON', ['Content-Type: application/json', 'Content-Length: 0']],
  ['a client that announces JSON and no length', ['Content-Type: application/json; charset=utf-8']],
  ['a client that sends no chunks', ['Content-Type: text/plain', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  [
    'a client that sends no chunks of JSON',
    ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
    '0\r\n\r\n',
  ],
]

describe.each(requests)('a request without a body, by %s,', (_what, headers, end) => {
  it.each([
    `/api/orders/${orderId}/cancel`,
    `/api/orders/${orderId}/payment`,
    '/api/admin/notifies/2026011500222/replay',
  ])('is accepted by POST %s', async path => {
    expect(await send('POST', path, headers, end)).toMatchObject({ status: 200 })
  })

  it.each([
    ['POST', '/api/orders'],
    ['POST', `/api/admin/orders/${orderId}/refunds`],
    ['POST', `/api/admin/cases/case_${'0'.repeat(32)}/resolve`],
    ['PUT', '/api/admin/products/tea-01'],
    ['POST', '/api/admin/stock/tea-01/adjustments'],
    ['POST', '/demo/login'],
  ])('is refused by %s %s', async (method, path) => {
    const { status, answer } = await send(method, path, headers, end)
    expect(status).toBe(400)
    expect(answer).toContain('The body is missing')
  })

  it('is not a notify', async () => {
    const { status, answer } = await send('POST', '/api/payment/notify', headers, end)
    expect(status).toBe(200)
    expect(answer).toMatch(/failure/)
  })
})
