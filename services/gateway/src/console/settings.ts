import { ConfigError } from '@alipay-checkout/service-kit'
import type { GatewayConfig } from '../config.ts'

/** The OpenID Connect provider that staff sign in with. */
export interface OidcSettings {
  issuer: URL
  clientId: string
  /** Without it, the console is a public client. */
  clientSecret?: string | undefined
  roleClaim: string
  scope: string
  /** Requests to the provider may use plain http: at a loopback address, outside production. */
  allowHttp: boolean
}

export interface ConsoleSettings {
  /** The origin under which browsers know the console. */
  origin: string
  isHttps: boolean
  oidc?: OidcSettings
  /** Whether anyone may sign in with the roles they choose. */
  isDemo: boolean
}

/**
 * The console's settings; undefined where CONSOLE_PORT does not ask for a console, or where it has no way to sign in.
 * Throws ConfigError for settings that contradict each other.
 */
export function consoleSettingsOf(config: GatewayConfig): ConsoleSettings | undefined {
  const { CONSOLE_PORT: port = 0, NODE_ENV, DEMO_LOGIN } = config
  if (port === 0) return undefined
  const isProduction = NODE_ENV === 'production'
  const oidc = oidcSettingsOf(config, isProduction)
  if (oidc === undefined && isProduction) return undefined
  const url = new URL(config.CONSOLE_URL ?? `http://127.0.0.1:${port}`)
  const isHttps = url.protocol === 'https:'
  if (!isHttps && isProduction) throw new ConfigError('CONSOLE_URL must begin with https:// in production')
  if (!isHttps && !isLoopback(url.hostname)) {
    throw new ConfigError(
      'CONSOLE_URL must begin with https://, except at 127.0.0.1 and localhost: browsers refuse the session cookie elsewhere',
    )
  }
  return { origin: url.origin, isHttps, ...(oidc && { oidc }), isDemo: DEMO_LOGIN && !isProduction }
}

function oidcSettingsOf(config: GatewayConfig, isProduction: boolean): OidcSettings | undefined {
  const { CONSOLE_OIDC_ISSUER: issuer, CONSOLE_OIDC_CLIENT_ID: clientId } = config
  if (issuer === undefined && clientId === undefined) return undefined
  if (issuer === undefined || clientId === undefined) {
    throw new ConfigError('CONSOLE_OIDC_ISSUER and CONSOLE_OIDC_CLIENT_ID must be set together')
  }
  const url = new URL(issuer)
  const isHttp = url.protocol === 'http:'
  if (isHttp && (isProduction || !isLoopback(url.hostname))) {
    throw new ConfigError(
      'CONSOLE_OIDC_ISSUER must begin with https://, except at 127.0.0.1 and localhost outside production',
    )
  }
  return {
    issuer: url,
    clientId,
    clientSecret: config.CONSOLE_OIDC_CLIENT_SECRET,
    roleClaim: config.CONSOLE_OIDC_ROLE_CLAIM,
    scope: config.CONSOLE_OIDC_SCOPE,
    allowHttp: isHttp,
  }
}

/** Whether a host name of an address is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
