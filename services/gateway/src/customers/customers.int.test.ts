import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jwt, testSecrets } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problem, startGateway, type TestGateway } from '../test-gateway.ts'

const cli = join(import.meta.dirname, 'privacy-cli.ts')
const customerId = '梅/mei'
const path = `/api/admin/customers/${encodeURIComponent(customerId)}`
const orderIds = Array.from({ length: 45 }, (_, index) => `ord_${String(index).padStart(32, '0')}`)
let gateway: TestGateway
let folder: string

beforeAll(async () => {
  gateway = await startGateway()
  folder = await mkdtemp(join(tmpdir(), 'privacy-'))
})
afterAll(async () => {
  await gateway.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => gateway.standIn.reset())

const ask = (method: string, action: string) =>
  fetch(`${gateway.url}${path}/${action}`, {
    method,
    headers: { authorization: `Bearer ${jwt('ann', { role: 'admin' })}` },
  })

/** Lets order-service answer with pages of twenty ids from its query's cursor. */
function servePages(action: string, pageOf: (ids: string[], nextCursor: string | null) => object, size = 20): void {
  gateway.standIn.on(`GET /customers/*/${action}`, ({ path: asked }) => {
    const cursor = new URL(asked, gateway.url).searchParams.get('cursor')
    const from = cursor === null ? 0 : orderIds.indexOf(cursor) + 1
    const ids = orderIds.slice(from, from + size)
    return { status: 200, body: pageOf(ids, from + size < orderIds.length ? (ids.at(-1) ?? null) : null) }
  })
}

function serveExport(): void {
  servePages('export', (ids, nextCursor) => ({ items: ids.map(orderId => ({ orderId })), nextCursor }))
  gateway.standIn.on('POST /personal-data/export', ({ body }) => {
    const asked: string[] = JSON.parse(body).orderIds
    // Rejected orders may have no payment.
    return { status: 200, body: { items: asked.slice(1).map(orderId => ({ orderId, notifies: [] })) } }
  })
}

describe('an export', () => {
  it('is one JSON document of all pages of both services', async () => {
    serveExport()
    const answer = await ask('GET', 'export')
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const document = await answer.json()
    expect(document).toMatchObject({ customerId, exportedAt: expect.any(String) })
    expect(document.orders).toEqual(orderIds.map(orderId => ({ orderId })))
    const withPayment = orderIds.filter((_, index) => index % 20 !== 0)
    expect(document.payments.map(({ orderId }: { orderId: string }) => orderId)).toEqual(withPayment)
    const asked = gateway.standIn.calls
      .filter(call => call.method === 'POST')
      .map(({ body }) => JSON.parse(body).orderIds)
    expect(asked.map(ids => ids.length)).toEqual([20, 20, 5])
  })

  it('has empty lists for a customer without orders, and does not ask payment-service', async () => {
    gateway.standIn.on('GET /customers/*/export', () => ({ status: 200, body: { items: [], nextCursor: null } }))
    expect(await (await ask('GET', 'export')).json()).toMatchObject({ orders: [], payments: [] })
    expect(gateway.standIn.calls).toHaveLength(1)
  })

  it('answers with the problem where the first page fails, and is cut off where a later one does', async () => {
    gateway.standIn.on('GET /customers/*/export', () => 'cut')
    const refused = await ask('GET', 'export')
    expect([refused.status, (await refused.json()).type]).toEqual([503, '/problems/service-unavailable'])
    serveExport()
    gateway.standIn.on('POST /personal-data/export', () => 'cut')
    await expect(ask('GET', 'export').then(answer => answer.text())).rejects.toThrow()
  })

  it('refuses an id that is longer than a customer’s', async () => {
    const headers = { authorization: `Bearer ${jwt('ann', { role: 'admin' })}` }
    const answer = await fetch(`${gateway.url}/api/admin/customers/${'x'.repeat(129)}/export`, { headers })
    expect(answer.status).toBe(400)
  })
})

describe('an erasure', () => {
  const serveErasure = () => {
    servePages(
      'erasable',
      (ids, nextCursor) => ({
        orderIds: ids.slice(1),
        keptOrders: [{ orderId: ids[0], why: 'It can still be paid.' }],
        nextCursor,
      }),
      30,
    )
    gateway.standIn.on('POST /personal-data/erase', ({ body }) => ({
      status: 200,
      body: { erasedOrders: JSON.parse(body).orderIds.length, keptOrders: [] },
    }))
  }

  it('asks payment-service before order-service, page by page, under one pseudonym', async () => {
    serveErasure()
    const answer = await ask('POST', 'erase')
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        erasedOrders: 43,
        keptOrders: [orderIds[0], orderIds[30]].map(orderId => ({ orderId, why: 'It can still be paid.' })),
      },
    ])
    const steps = gateway.standIn.calls.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body))
    // Both services are the same stand-in here, so each step is seen twice.
    expect(steps.map(step => step.orderIds.length)).toEqual([29, 29, 14, 14])
    expect(new Set(steps.map(step => step.pseudonym)).size).toBe(1)
    expect(steps[0]).toMatchObject({
      customerId,
      by: 'ann',
      pseudonym: expect.stringMatching(/^erased_[0-9a-f]{32}$/),
    })
  })

  it('stops with the problem where a service fails, so that a repeat finds what is left', async () => {
    serveErasure()
    gateway.standIn.on('POST /personal-data/erase', () => problem('service-unavailable'))
    const answer = await ask('POST', 'erase')
    expect(answer.status).toBe(503)
    expect(gateway.standIn.calls.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})

describe('npm run privacy', () => {
  function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = { PATH: process.env.PATH, PUBLIC_URL: gateway.url, JWT_SECRET: testSecrets.JWT_SECRET }
    return new Promise(resolve => {
      execFile(process.execPath, [cli, ...args], { env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      )
    })
  }

  it('exports to a file or to standard output', async () => {
    serveExport()
    const file = join(folder, 'mei.json')
    const [toFile, printed] = await Promise.all([
      run('export', '--customer', customerId, '--out', file),
      run('export', '--customer', customerId),
    ])
    expect([toFile.code, printed.code]).toEqual([0, 0])
    expect(JSON.parse(await readFile(file, 'utf8')).orders).toHaveLength(45)
    expect(JSON.parse(printed.out).payments).toHaveLength(42)
  })

  it('leaves no file and fails where the export is cut off', async () => {
    serveExport()
    gateway.standIn.on('POST /personal-data/export', () => 'cut')
    const before = await readdir(folder)
    const { code, err } = await run('export', '--customer', customerId, '--out', join(folder, 'cut.json'))
    expect([code, err]).toEqual([1, expect.stringContaining('not complete')])
    expect(await readdir(folder)).toEqual(before)
  })

  it('erases only with --yes, and lists what is kept', async () => {
    const keptOrders = [{ orderId: 'ord_1', why: 'It can still be paid.' }]
    gateway.standIn.on('GET /customers/*/erasable', () => ({
      status: 200,
      body: { orderIds: [], keptOrders, nextCursor: null },
    }))
    gateway.standIn.on('POST /personal-data/erase', () => ({ status: 200, body: { erasedOrders: 2, keptOrders: [] } }))
    const refused = await run('erase', '--customer', customerId)
    expect([refused.code, refused.err, gateway.standIn.calls]).toEqual([1, expect.stringContaining('--yes'), []])
    const [done, json] = await Promise.all([
      run('erase', '--customer', customerId, '--yes', '--as', 'li'),
      run('erase', '--customer', customerId, '--yes', '--json'),
    ])
    expect(done).toMatchObject({ code: 0, out: '2 orders erased, 1 kept:\n  ord_1: It can still be paid.\n' })
    expect(JSON.parse(json.out)).toEqual({ erasedOrders: 2, keptOrders })
  })
})
