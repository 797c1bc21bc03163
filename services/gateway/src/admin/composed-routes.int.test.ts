import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { problem, type StandIn, startGateway, startStandIn, type TestGateway } from '../test-gateway.ts'

let gateway: TestGateway
let orders: StandIn
let payments: StandIn
let inventory: StandIn

beforeAll(async () => {
  ;[orders, payments, inventory] = await Promise.all([startStandIn(), startStandIn(), startStandIn()])
  gateway = await startGateway({
    ORDER_SERVICE_URL: orders.url,
    PAYMENT_SERVICE_URL: payments.url,
    INVENTORY_SERVICE_URL: inventory.url,
  })
})
afterAll(async () => {
  await gateway?.close()
  await Promise.all([orders, payments, inventory].map(standIn => standIn?.close()))
})
beforeEach(() => {
  for (const standIn of [orders, payments, inventory]) standIn.reset()
})

async function ask(path: string, { role = 'owner', method = 'GET' } = {}) {
  const headers = { authorization: `Bearer ${jwt('li', { role: role as 'owner' })}` }
  const answer = await fetch(`${gateway.url}/api/admin${path}`, { method, headers })
  return { status: answer.status, body: await answer.json() }
}

describe('the search', () => {
  it('asks all services with the trimmed text, and lists exact ids first, each thing once', async () => {
    const beginning = { kind: 'product', id: 'tea-01', matched: 'beginning of the sku' }
    const exact = { kind: 'product', id: 'tea', matched: 'sku' }
    const order = { kind: 'order', id: 'ord_1', orderId: 'ord_1', matched: 'reference' }
    orders.on('GET /admin/search', () => ({ status: 200, body: { items: [order] } }))
    payments.on('GET /admin/search', () => ({ status: 200, body: { items: [{ ...order, matched: 'order id' }] } }))
    inventory.on('GET /admin/search', () => ({ status: 200, body: { items: [beginning, exact] } }))
    expect(await ask('/search?q=%20tea%20')).toEqual({
      status: 200,
      body: { items: [exact, order, beginning], missing: [] },
    })
    expect(payments.calls.at(-1)?.path).toBe('/admin/search?q=tea')
    expect((await ask('/search?q=%20')).body).toEqual({ items: [], missing: [] })
    expect((await ask('/search')).status).toBe(400)
  })

  it('finds a number whose digits were typed in groups, and what is written so before it', async () => {
    const payment = { kind: 'payment', id: 'ord_1', orderId: 'ord_1', matched: 'trade_no' }
    const order = { kind: 'order', id: 'ord_2', orderId: 'ord_2', matched: 'reference' }
    const finds =
      (text: string, item: object) =>
      ({ path }: { path: string }) => {
        const q = new URL(path, 'http://x').searchParams.get('q')
        return { status: 200, body: { items: q === text ? [item] : [] } }
      }
    orders.on('GET /admin/search', finds('2026-11', order))
    payments.on('GET /admin/search', finds('2026112922001', payment))
    inventory.on('GET /admin/search', () => ({ status: 200, body: { items: [] } }))
    for (const q of ['2026 1129 22001', '2026-1129-22001', ' 2026112922001']) {
      expect((await ask(`/search?q=${encodeURIComponent(q)}`)).body).toEqual({ items: [payment], missing: [] })
    }
    expect((await ask('/search?q=2026-11')).body).toEqual({ items: [order], missing: [] })
    expect((await ask('/search?q=2026+11')).body).toEqual({ items: [], missing: [] })
  })

  it('names services that can not answer, and fails only without any', async () => {
    orders.on('GET /admin/search', () => ({ status: 200, body: { items: [] } }))
    payments.on('GET /admin/search', () => 'cut')
    inventory.on('GET /admin/search', () => problem('internal-error'))
    expect((await ask('/search?q=x')).body).toEqual({ items: [], missing: ['payment-service', 'inventory-service'] })
    orders.on('GET /admin/search', () => problem('service-unavailable'))
    expect((await ask('/search?q=x')).status).toBe(503)
  })
})

describe('the audit log', () => {
  /** A service's log with entries of these numbers, which answers as the real one does. */
  const keep = (standIn: StandIn, service: string, numbers: number[]) =>
    standIn.on('GET /audit-log', ({ path }) => {
      const query = new URL(path, 'http://x').searchParams
      const limit = Number(query.get('limit'))
      const all = numbers.map(idOf).filter(id => id < (query.get('cursor') ?? 'b'))
      const items = all
        .toSorted()
        .toReversed()
        .map(auditId => ({ auditId, service, after: { deep: [1] } }))
      const page = items.slice(0, limit)
      return { status: 200, body: { items: page, nextCursor: items.length > limit ? page.at(-1)?.auditId : null } }
    })
  const idOf = (number: number) => `aud_${String(number).padStart(32, '0')}`

  async function readAll(limit: number): Promise<string[]> {
    const ids: string[] = []
    let cursor: string | null = ''
    do {
      const { body }: { body: { items: { auditId: string }[]; nextCursor: string | null } } = await ask(
        `/audit-log?limit=${limit}${cursor && `&cursor=${cursor}`}`,
      )
      expect(body.items.length).toBeLessThanOrEqual(limit)
      ids.push(...body.items.map(({ auditId }) => auditId))
      cursor = body.nextCursor
    } while (cursor !== null)
    return ids
  }

  it('merges the logs of all services, page by page, newest first, each entry once', async () => {
    keep(orders, 'order-service', [1, 2, 3, 10, 11])
    keep(payments, 'payment-service', [4, 5, 6, 7])
    keep(inventory, 'inventory-service', [])
    const all = [11, 10, 7, 6, 5, 4, 3, 2, 1].map(idOf)
    for (const limit of [1, 2, 3, 4, 9, 10, 100]) expect(await readAll(limit)).toEqual(all)
  })

  it('passes its filters on, and names a service that can not answer', async () => {
    keep(orders, 'order-service', [1])
    keep(payments, 'payment-service', [2])
    inventory.on('GET /audit-log', () => 'cut')
    const query = 'actor=li&action=order.cancel&object=ord_1&from=2026-03-01&to=2026-03-02T08%3A00%3A00Z'
    const { body } = await ask(`/audit-log?${query}`)
    expect(body).toMatchObject({
      items: [{ auditId: idOf(2), after: { deep: [1] } }, { auditId: idOf(1) }],
      missing: ['inventory-service'],
    })
    expect(orders.calls.at(-1)?.path).toBe(`/audit-log?${query}&limit=50`)
  })

  it.each(['from=2026-02-31', 'to=2026-13-01', 'from=2026-01-01T25:00:00Z', 'cursor=x', 'limit=0', 'more=1'])(
    'refuses %s',
    async query => {
      expect((await ask(`/audit-log?${query}`)).status).toBe(400)
    },
  )
})

describe('today', () => {
  it('has the part of each service, and null for one that can not answer', async () => {
    const body = { countedAt: '2026-03-01T00:00:00.000Z', states: [], hours: [], paidDelay: null }
    orders.on('GET /admin/today', () => ({ status: 200, body }))
    payments.on('GET /admin/today', () => 'cut')
    expect((await ask('/today')).body).toEqual({ orders: body, money: null, missing: ['payment-service'] })
  })
})

describe('due work', () => {
  it('lists the workers of both services', async () => {
    const work = (service: string) => ({
      ...{ service, kind: 'k', due: 1, waiting: 2 },
      ...{ oldestDueAt: '2026-03-01T00:00:00.000Z', nextDueAt: null, timers: null },
    })
    orders.on('GET /due', () => ({ status: 200, body: { items: [work('order-service')] } }))
    payments.on('GET /due', () => ({ status: 200, body: { items: [work('payment-service')] } }))
    const items = [work('order-service'), work('payment-service')]
    expect((await ask('/due')).body).toEqual({ items, missing: [] })
    payments.on('GET /due', () => 'cut')
    expect((await ask('/due')).body).toEqual({ items: items.slice(0, 1), missing: ['payment-service'] })
  })
})

describe('health', () => {
  const info = (service: string, changes: object = {}) => ({
    ...{ service, version: '1.2.3', node: 'v24', startedAt: '2026-03-01T00:00:00.000Z', checks: { postgres: 'ok' } },
    ...{ degraded: [], settings: { PORT: '1' }, keys: [], ...changes },
  })

  it('shows each service with its status, the gateway included, without secrets', async () => {
    const broken = { postgres: 'no answer', kafka: 'ok' }
    orders.on('GET /info', () => ({ status: 200, body: info('order-service') }))
    payments.on('GET /info', () => ({
      status: 200,
      body: info('payment-service', { checks: { postgres: 'ok', redis: 'gone' }, degraded: ['redis'] }),
    }))
    inventory.on('GET /info', () => ({ status: 200, body: info('inventory-service', { checks: broken }) }))
    const { body } = await ask('/health')
    const statuses = body.services.map(({ service, status }: Record<string, string>) => [service, status])
    expect(statuses).toEqual([
      ['gateway', 'ready'],
      ['order-service', 'ready'],
      ['payment-service', 'degraded'],
      ['inventory-service', 'unavailable'],
    ])
    expect(body.services[0].info).toMatchObject({ service: 'gateway', settings: { PUBLIC_URL: 'http://shop.test' } })
    expect(JSON.stringify(body.services[0])).not.toMatch(/SECRET|TOKEN/)
    inventory.on('GET /info', () => 'cut')
    expect((await ask('/health')).body.services[3]).toEqual({
      service: 'inventory-service',
      status: 'unavailable',
      info: null,
    })
  })
})

it('the audit is unavailable without AUDIT_COMMAND', async () => {
  const unavailable = { status: 'unavailable', startedAt: null, finishedAt: null, output: '' }
  expect(await ask('/system/audit')).toEqual({ status: 200, body: unavailable })
  expect(await ask('/system/audit', { method: 'POST' })).toEqual({ status: 202, body: unavailable })
})
