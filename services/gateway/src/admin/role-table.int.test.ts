import { buildHttpApp, createLogger } from '@alipay-checkout/service-kit'
import { jwt } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dependencies } from '../dependencies.ts'
import { startGateway, type TestGateway } from '../test-gateway.ts'
import { addAdminApi } from './admin-api.ts'

// Literal on purpose: a new route or permission needs a decision here about who may use it.
const staff = ['viewer', 'support', 'cashier', 'finance', 'warehouse', 'operator', 'auditor']
const shippers = ['warehouse', 'fulfilment']
const askers = ['support', 'finance', 'operator']
const writers = ['support', 'cashier', 'finance', 'warehouse']
const inspectors = ['operator', 'auditor']

/** Who may use each route under `/api/admin`, beside `owner`, whom everything is open to. */
const mayUse: Record<string, readonly string[]> = {
  'GET /audit-log': ['auditor'],
  'GET /cases': staff,
  'GET /cases/:caseId': staff,
  'POST /cases/:caseId/claim': ['finance'],
  'POST /cases/:caseId/release': ['finance'],
  'POST /cases/:caseId/resolve': ['finance'],
  'GET /consumers': staff,
  'POST /customers/:id/erase': [],
  'GET /customers/:id/export': [],
  'GET /dead-letters': staff,
  'GET /dead-letters/:id': staff,
  'GET /dead-letters/reasons': staff,
  'POST /dead-letters/:id/discard': ['operator'],
  'POST /dead-letters/:id/redrive': ['operator'],
  'POST /dead-letters/discard': ['operator'],
  'POST /dead-letters/redrive': ['operator'],
  'GET /due': staff,
  'GET /health': staff,
  'POST /notifies/:notifyId/replay': ['operator'],
  'GET /orders': staff,
  'GET /orders/:id': staff,
  'POST /orders/:id/cancel': ['support'],
  'POST /orders/:id/notes': writers,
  'GET /orders/:id/recipient': ['fulfilment'],
  'GET /orders/:id/refunds': staff,
  'POST /orders/:id/refunds': ['cashier', 'finance'],
  'GET /orders/:id/shipments': [...staff, 'fulfilment'],
  'POST /orders/:id/shipments': shippers,
  'GET /orders/:id/timeline': staff,
  'GET /orders/:id/trace': staff,
  'GET /payments': staff,
  'POST /payments/:id/close': ['support'],
  'POST /payments/:id/query': askers,
  'GET /products': staff,
  'PUT /products/:sku': ['warehouse'],
  'GET /products/:sku/changes': staff,
  'GET /reconciliations': staff,
  'POST /reconciliations': ['finance'],
  'GET /reconciliations/:date': staff,
  'POST /reconciliations/:date': ['finance'],
  'POST /reconciliations/:date/sign-off': ['finance'],
  'GET /refunds': staff,
  'POST /refunds/:id/approve': ['finance'],
  'POST /refunds/:id/reject': ['finance'],
  'POST /refunds/:id/retry': ['finance'],
  'GET /reports/daily': staff,
  'GET /search': staff,
  'POST /shipments/:id/delivered': shippers,
  'GET /stock': staff,
  'GET /stock/:sku/adjustments': staff,
  'POST /stock/:sku/adjustments': ['warehouse'],
  'GET /stock/:sku/history': staff,
  'GET /system/audit': inspectors,
  'POST /system/audit': inspectors,
  'GET /today': staff,
}

const roles = [...staff, 'fulfilment', 'owner', 'admin']
const always = ['owner', 'admin']

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT_CUSTOMER_PER_MINUTE: '100000', RATE_LIMIT_IP_PER_MINUTE: '100000' })
})
afterAll(() => gateway.close())

/** Every route that `addAdminApi` adds. */
async function addedRoutes(): Promise<string[]> {
  const app = buildHttpApp({ logger: createLogger('gateway', 'silent'), readiness: {} })
  const found: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') found.push(`${one} ${url.replace('/api/admin', '')}`)
  })
  addAdminApi(app, {} as Dependencies)
  await app.close()
  return found.toSorted()
}

/** Every route under `/api/admin` that is described. */
function describedRoutes(): string[] {
  const paths = Object.entries((gateway.app.swagger() as { paths: Record<string, object> }).paths)
  return paths
    .filter(([path]) => path.startsWith('/api/admin'))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map(
        method => `${method.toUpperCase()} ${path.replace('/api/admin', '').replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    )
    .toSorted()
}

it('has each route of the admin API, which is described as a whole', async () => {
  expect(await addedRoutes()).toEqual(Object.keys(mayUse).toSorted())
  expect(describedRoutes()).toEqual(Object.keys(mayUse).toSorted())
})

/** Sends a body that is not JSON, so that a permitted change is refused with 400 and reaches no service. */
async function statusOf(route: string, token?: string): Promise<number> {
  const [method = '', path = ''] = route.split(' ')
  const { url } = gateway
  const answer = await fetch(`${url}/api/admin${path.replaceAll(/:\w+/g, 'x')}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: '{"' }),
  })
  await answer.text()
  // It may have data of customers, so browsers and proxies must not keep it.
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return answer.status
}

const meaningOf = (status: number) => (status === 401 || status === 403 ? status : 'permitted')

it.each(Object.entries(mayUse))(
  '%s is open to those roles only, decided before the body is read',
  async (route, who) => {
    const expected = Object.fromEntries(
      roles.map(role => [role, who.includes(role) || always.includes(role) ? 'permitted' : 403]),
    )
    const found = await Promise.all(
      roles.map(async role => [role, meaningOf(await statusOf(route, jwt(`${role}-1`, { roles: [role] })))]),
    )
    expect(Object.fromEntries(found)).toEqual(expected)
    expect(await statusOf(route)).toBe(401)
    expect(await statusOf(route, jwt('shopper-1'))).toBe(403)
    expect(await statusOf(route, jwt('shopper-1', { roles: ['customer', 'Owner', 'constructor'] }))).toBe(403)
    if (!route.startsWith('GET ')) expect(await statusOf(route, jwt('owner-1', { role: 'owner' }))).toBe(400)
  },
)

it('adds up the permissions of several roles, from both claims', async () => {
  const both = jwt('li', { roles: ['support', 'cashier'] })
  expect(await statusOf('POST /orders/:id/cancel', both)).toBe(400)
  expect(await statusOf('POST /orders/:id/refunds', both)).toBe(400)
  expect(await statusOf('POST /refunds/:id/approve', both)).toBe(403)
})
