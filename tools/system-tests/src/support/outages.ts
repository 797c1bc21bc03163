import { type Readiness, readReadiness, waitUntil } from '@alipay-checkout/test-support'
import { call } from './http.ts'
import { system } from './system.ts'

export type ServerName = 'postgres' | 'kafka' | 'redis'
/** A service that the launcher has started. */
export type ServiceName = 'order-service' | 'payment-service' | 'inventory-service'

/** Stops a server or service: orderly, or with a signal as a crash would. Resolves when it has ended. */
export async function stopServer(server: ServerName | ServiceName, signal?: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
  await control(`/${server}/stop${signal === undefined ? '' : `?signal=${signal}`}`)
}

/** Starts a server again with its data, or a service. Resolves when it answers. */
export async function startServer(server: ServerName | ServiceName): Promise<void> {
  await control(`/${server}/start`)
}

async function control(path: string): Promise<void> {
  const { status, text } = await call('POST', path, { base: system.controlUrl })
  if (status !== 204) throw new Error(`${path}: ${text}`)
}

const everyService = () => ({
  gateway: system.gatewayUrl,
  'second gateway': system.shortTtlGatewayUrl,
  'order-service': system.orderServiceUrl,
  'payment-service': system.paymentServiceUrl,
  'inventory-service': system.inventoryServiceUrl,
})

export const readiness = (base: string) => readReadiness(`${base}/readyz`)

/** Waits until a service reports that this server is missing: `not ready` where it needs it, else `degraded`. */
export async function untilReportedMissing(
  base: string,
  server: string,
  status: 'ready' | 'not ready' = 'ready',
  timeoutMs = 20_000,
): Promise<Readiness> {
  return await waitUntil(
    async () => {
      const now = await readiness(base)
      const isNamed = status === 'ready' ? now.degraded.includes(server) : now.checks[server] !== 'ok'
      if (isNamed && now.status === status && now.httpStatus === (status === 'ready' ? 200 : 503)) return now
      throw new Error(JSON.stringify(now))
    },
    { what: `${base} reports ${server} missing`, timeoutMs, everyMs: 100 },
  )
}

/** Waits until every service is ready and names nothing as degraded. */
export async function untilAllReady(timeoutMs = 45_000): Promise<void> {
  await waitUntil(
    async () => {
      const all = await Promise.all(
        Object.entries(everyService()).map(async ([name, base]) => ({ name, ...(await readiness(base)) })),
      )
      const waiting = all.filter(({ httpStatus, degraded }) => httpStatus !== 200 || degraded.length > 0)
      if (waiting.length === 0) return true
      throw new Error(waiting.map(({ name, checks }) => `${name} ${JSON.stringify(checks)}`).join('; '))
    },
    { what: 'every service is ready', timeoutMs, everyMs: 100 },
  )
}
