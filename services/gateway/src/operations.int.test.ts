import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { composedRoutes } from './admin/composed-routes.ts'
import { forwardedRoutes } from './admin/routes.ts'
import { startGateway, type TestGateway } from './test-gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.close())

interface Described {
  tags: string[]
  summary: string
  responses: Record<string, unknown>
  requestBody?: { required: boolean }
}

const get = (path: string) => fetch(gateway.url + path)

/** The routes of the admin API's tables, as OpenAPI writes them. */
const tableRoutes = [...forwardedRoutes, ...composedRoutes].map(
  ({ method, path }) => `${method.toLowerCase()} /api/admin${path.replaceAll(/:(\w+)/g, '{$1}')}`,
)

describe('the API description', () => {
  it('describes every public route, with its problems', async () => {
    const { openapi, paths } = (await (await get('/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, Described>>
    }
    expect(openapi).toBe('3.1.0')
    expect(
      Object.entries(paths)
        .flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path}`))
        .sort(),
    ).toEqual(
      [
        'get /api/admin/cases/{caseId}',
        'get /api/admin/customers/{id}/export',
        'get /api/admin/orders/{id}/recipient',
        'get /api/admin/orders/{id}/refunds',
        'get /api/admin/orders/{id}/shipments',
        'get /api/admin/orders/{id}/timeline',
        'get /api/admin/products',
        'get /api/admin/products/{sku}/changes',
        'get /api/admin/stock/{sku}/adjustments',
        'get /api/orders',
        'get /api/orders/{id}',
        'get /api/orders/{id}/status',
        'get /api/products',
        'get /api/products/{sku}',
        'post /api/admin/cases/{caseId}/resolve',
        'post /api/admin/customers/{id}/erase',
        'post /api/admin/notifies/{notifyId}/replay',
        'post /api/admin/orders/{id}/refunds',
        'post /api/admin/orders/{id}/shipments',
        'post /api/admin/shipments/{id}/delivered',
        'post /api/admin/stock/{sku}/adjustments',
        'post /api/demo/quote',
        'post /api/orders',
        'post /api/orders/{id}/cancel',
        'post /api/orders/{id}/payment',
        'post /api/payment/notify',
        'post /demo/login',
        'put /api/admin/products/{sku}',
        ...tableRoutes,
      ].toSorted(),
    )
    for (const methods of Object.values(paths)) {
      for (const { tags, summary } of Object.values(methods))
        expect([tags.length, summary.length > 5]).toEqual([1, true])
    }
    expect(Object.keys(paths['/api/orders']?.post?.responses ?? {})).toEqual(
      expect.arrayContaining(['201', '202', '400', '401', '409', '413', '415', '422', '429', '500', '503']),
    )
    expect(paths['/api/orders/{id}/payment']?.post?.requestBody?.required).toBe(false)
    expect(paths['/api/orders']?.post?.requestBody?.required).toBe(true)
    expect((await get('/docs')).status).toBe(200)
  })

  it('has a page for each problem', async () => {
    const page = await get('/problems/out-of-stock')
    expect(await page.text()).toContain('There is not enough stock')
    expect((await get('/problems/unknown')).status).toBe(404)
  })
})

describe('/readyz', () => {
  it('is ready without payment-service and names it', async () => {
    expect((await get('/readyz')).status).toBe(200)
    const alone = await startGateway({ PAYMENT_SERVICE_URL: 'http://127.0.0.1:1' })
    // The gateway starts before Redis is connected.
    await vi.waitFor(async () => {
      const answer = await fetch(`${alone.url}/readyz`)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({
        status: 'ready',
        degraded: ['payments'],
        checks: {
          'orders or payments': 'ok',
          orders: 'ok',
          payments: 'the payment service can not be reached',
          inventory: 'ok',
          redis: 'ok',
        },
      })
    }, 30_000)
    expect((await fetch(`${alone.url}/healthz`)).status).toBe(200)
    await alone.close()
  })

  it('is ready without order-service, inventory-service and Redis, since it still accepts notifies', async () => {
    const nowhere = 'http://127.0.0.1:1'
    const alone = await startGateway({
      ORDER_SERVICE_URL: nowhere,
      INVENTORY_SERVICE_URL: nowhere,
      REDIS_URL: 'redis://127.0.0.1:1',
    })
    const answer = await fetch(`${alone.url}/readyz`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ status: 'ready', degraded: ['orders', 'inventory', 'redis'] })
    await alone.close()
  })

  it('is not ready if neither order-service nor payment-service can be reached', async () => {
    const nowhere = 'http://127.0.0.1:1'
    const alone = await startGateway({ ORDER_SERVICE_URL: nowhere, PAYMENT_SERVICE_URL: nowhere })
    const answer = await fetch(`${alone.url}/readyz`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({
      status: 'not ready',
      checks: { 'orders or payments': 'the order service can not be reached; the payment service can not be reached' },
    })
    await alone.close()
  })
})
