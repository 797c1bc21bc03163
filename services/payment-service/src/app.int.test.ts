import { routesOf } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestService, type TestService } from './test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service?.close())

const open = new Set(['/healthz', '/readyz', '/metrics'])

it('refuses every route without the service token', async () => {
  await service.app.ready()
  const routes = routesOf(service.app.printRoutes({ commonPrefix: false })).filter(({ url }) => !open.has(url))
  expect(routes).toContainEqual({ method: 'POST', url: '/batch' })
  for (const { method, url } of routes) {
    for (const headers of [{}, { 'x-service-token': '' }, { 'x-service-token': 'a guess at the service token' }]) {
      const answer = await service.app.inject({ method: method as 'GET', url, headers })
      expect([method, url, answer.statusCode]).toEqual([method, url, 401])
    }
  }
})
