import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import type { Static } from 'typebox'
import { ConfigError, type commonConfig } from './config.ts'
import { metricsText } from './metrics-text.ts'

/** The port of metrics in production, unless METRICS_PORT names another: the first port that exporters are given. */
const productionPort = 9464

/** The settings that say where metrics are served. Further ports of the process may be among them. */
interface MetricsSettings {
  readonly NODE_ENV: Static<typeof commonConfig.NODE_ENV>
  readonly HOST: string
  readonly METRICS_PORT?: number | undefined
}

export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/** The port of its own on which a process serves its metrics; undefined: they are served on its main port. */
export function metricsPortOf({ NODE_ENV, METRICS_PORT }: MetricsSettings): number | undefined {
  return METRICS_PORT ?? (NODE_ENV === 'production' ? productionPort : undefined)
}

/**
 * Serves `/metrics` and `/healthz`, and nothing else, on a port of its own where the settings ask for one; undefined where
 * they do not. Neither needs a token, so the port must not face the world.
 *
 * @throws ConfigError where the port can't be used
 */
export async function startMetricsServer(
  settings: MetricsSettings,
  registry: Registry,
): Promise<MetricsServer | undefined> {
  const port = metricsPortOf(settings)
  if (port === undefined) return undefined
  refuseUsedPort(settings, port)
  const server = createServer((request, response) => void answer(request, response, registry))
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen({ host: settings.HOST, port }, resolve)
  try {
    await listening
  } catch (error) {
    throw new ConfigError(`METRICS_PORT ${port} can not be used (${(error as Error).message}): choose a free port`)
  }
  // Failures to accept a connection do not end the process.
  server.off('error', reject).on('error', () => {})
  const { address, port: bound, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close() {
      const closed = new Promise<void>(done => server.close(() => done()))
      server.closeAllConnections()
      return closed
    },
  }
}

function refuseUsedPort(settings: MetricsSettings, port: number): void {
  const same = Object.entries(settings).find(
    ([name, value]) => /^(|GATEWAY_|CONSOLE_)PORT$/.test(name) && value === port && port !== 0,
  )
  if (same) throw new ConfigError(`METRICS_PORT and ${same[0]} are both ${port}: metrics need a port of their own`)
}

async function answer(request: IncomingMessage, response: ServerResponse, registry: Registry): Promise<void> {
  const path = request.url?.split('?', 1)[0]
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead && path === '/healthz') return send(response, 200, 'application/json', '{"status":"ok"}')
  if (!isRead || path !== '/metrics') return send(response, 404, 'text/plain', 'not found\n')
  try {
    const { contentType, text } = await metricsText(registry, request.headers.accept)
    send(response, 200, contentType, text)
  } catch {
    send(response, 500, 'text/plain', 'the metrics could not be read\n')
  }
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type }).end(text)
}
