import { readFileSync } from 'node:fs'
import type { ServiceInfo } from '@alipay-checkout/contracts'
import type { TObject } from 'typebox'
import type { HttpApp } from './http-app.ts'
import { outcomesOf, type ReadinessChecks } from './readiness.ts'

/** All packages of the repository have one version. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** Settings whose values are secrets, or may contain some. Keys and certificates are shown by their fingerprints. */
const hiddenSettings = /SECRET|TOKEN|PASSWORD|CREDENTIAL|KEY|CERT|COMMAND|HEADERS/

export interface ServiceInfoOptions {
  service: string
  startedAt: Date
  readiness: ReadinessChecks
  /** By `shownSettings`. */
  settings: ServiceInfo['settings']
  keys?: () => ServiceInfo['keys']
}

/** `GET /info` → ServiceInfo. */
export function addServiceInfo(app: HttpApp, options: ServiceInfoOptions): void {
  app.get('/info', () => describeService(options))
}

/** What a service says about itself. Its checks are those of `/readyz`. */
export async function describeService(options: ServiceInfoOptions): Promise<ServiceInfo> {
  const { service, startedAt, readiness, settings, keys } = options
  const [required, optional] = await Promise.all([outcomesOf(readiness.required), outcomesOf(readiness.optional)])
  return {
    service,
    version,
    node: process.version,
    startedAt: startedAt.toISOString(),
    checks: Object.fromEntries([...required, ...optional]),
    degraded: optional.filter(([, outcome]) => outcome !== 'ok').map(([name]) => name),
    settings,
    keys: keys?.() ?? [],
  }
}

/**
 * The settings of a schema with their values, without secrets and without those that are not set. Addresses lose their
 * user name, password and query.
 */
export function shownSettings(schema: TObject, config: object): ServiceInfo['settings'] {
  const values = config as Record<string, unknown>
  const shown = Object.keys(schema.properties).filter(
    name => values[name] !== undefined && values[name] !== '' && !hiddenSettings.test(name),
  )
  return Object.fromEntries(shown.map(name => [name, withoutCredentials(String(values[name]))]))
}

/** A text whose addresses have no user name, password and query. A password in an address contains no `/`, `?` or `#`. */
function withoutCredentials(text: string): string {
  if (text.includes('-----BEGIN')) return 'PEM text'
  return text.replace(/:\/\/[^/?#\s]*@/g, '://').replace(/(:\/\/[^?#\s]*)[?#]\S*/g, '$1')
}
