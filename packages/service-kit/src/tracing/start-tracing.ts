import { readFileSync } from 'node:fs'
import { systemNameDefault } from '@alipay-checkout/contracts'
import Type from 'typebox'
import { ConfigError, loadConfig } from '../config.ts'
import { tracingConfig } from './settings.ts'
import { useTracer } from './tracer.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

/**
 * Starts tracing if OTEL_EXPORTER_OTLP_ENDPOINT is set, and only then loads OpenTelemetry.
 *
 * @throws ConfigError if a setting is malformed
 */
export async function startTracing(service: string, env: NodeJS.ProcessEnv): Promise<void> {
  const settings = loadConfig(Type.Object(tracingConfig), [], env)
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = settings
  if (endpoint === undefined) return
  const headers = headersOf(settings.OTEL_EXPORTER_OTLP_HEADERS ?? '')
  const { createOtlpTracer } = await import('./otlp-tracer.ts')
  const systemName = env.SYSTEM_NAME || systemNameDefault
  useTracer(createOtlpTracer({ service, systemName, version, endpoint, headers }))
}

/** The headers of OTEL_EXPORTER_OTLP_HEADERS. */
function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').filter(pair => pair.trim() !== '')
  try {
    return Object.fromEntries(
      pairs.map(pair => {
        const at = pair.indexOf('=')
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
      }),
    )
  } catch {
    throw new ConfigError('OTEL_EXPORTER_OTLP_HEADERS: write % in a value as %25, and a comma as %2C')
  }
}
