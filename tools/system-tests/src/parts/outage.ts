import { waitUntil } from '@alipay-checkout/test-support'
import { call } from './http.ts'
import { system } from './system.ts'

export type ServerName = 'postgres' | 'kafka' | 'redis'

/** Whether a process takes work, and what keeps it from that. */
export interface Readiness {
  status: 'ready' | 'not ready'
  /** What it works without. */
  degraded: string[]
  /** `ok`, or the reason, by what was looked at. */
  checks: Record<string, string>
}

/** Takes a server down: orderly, or as a crash would. Resolves when it is gone. */
export async function stopServer(server: ServerName, signal?: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
  await obey(`/${server}/stop${signal === undefined ? '' : `?signal=${signal}`}`)
}

/** Brings a server back with its data. Resolves when it answers. */
export async function startServer(server: ServerName): Promise<void> {
  await obey(`/${server}/start`)
}

async function obey(path: string): Promise<void> {
  const { status, text } = await call('POST', path, { base: system.controlUrl })
  if (status !== 204) throw new Error(`${path}: ${text}`)
}

const everyService = () => ({
  gateway: system.gatewayUrl,
  'hasty gateway': system.hastyGatewayUrl,
  'order-service': system.orderServiceUrl,
  'payment-service': system.paymentServiceUrl,
  'inventory-service': system.inventoryServiceUrl,
})

export async function readiness(base: string): Promise<Readiness & { httpStatus: number }> {
  const { status, body } = await call<Readiness>('GET', '/readyz', { base })
  return { httpStatus: status, ...body }
}

/** Waits until a service says that it is without this server: `not ready` where it can't work, else `degraded`. */
export async function untilMissed(
  base: string,
  server: string,
  status: Readiness['status'] = 'ready',
  timeoutMs = 20_000,
): Promise<Readiness> {
  return await waitUntil(
    async () => {
      const now = await readiness(base)
      const isNamed = status === 'ready' ? now.degraded.includes(server) : now.checks[server] !== 'ok'
      if (isNamed && now.status === status && now.httpStatus === (status === 'ready' ? 200 : 503)) return now
      throw new Error(JSON.stringify(now))
    },
    { what: `${base} misses ${server}`, timeoutMs, everyMs: 100 },
  )
}

/** Waits until every service takes work again and misses nothing. */
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
