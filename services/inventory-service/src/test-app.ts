import { createOutbox } from '@alipay-checkout/messaging'
import { Registry } from 'prom-client'
import { buildApp } from './app.ts'
import { type InventoryDatabase, openTestDatabase, silent } from './test-database.ts'

const serviceToken = 'a token that only the tests know'

export interface TestApp {
  database: InventoryDatabase
  /** Calls the app as another service does. The body of the answer must be JSON. */
  call<T>(
    method: 'GET' | 'PUT' | 'POST',
    url: string,
    request?: { body?: object; headers?: Record<string, string> },
  ): Promise<{ status: number; body: T }>
  close(): Promise<void>
}

/** The app on a database of the test's own, without a relay. */
export async function openTestApp(): Promise<TestApp> {
  const database = await openTestDatabase()
  const app = buildApp({
    db: database.db,
    outbox: createOutbox({ db: database.db, service: 'inventory-service' }),
    service: 'inventory-service',
    serviceToken,
    logger: silent,
    registry: new Registry(),
    readiness: {},
  })
  return {
    database,
    async call(method, url, { body, headers } = {}) {
      const answer = await app.inject({
        method,
        url,
        headers: { 'x-service-token': serviceToken, ...headers },
        ...(body && { payload: body }),
      })
      return { status: answer.statusCode, body: answer.json() }
    },
    async close() {
      await app.close()
      await database.drop()
    },
  }
}
