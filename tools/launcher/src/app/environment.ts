import { join } from 'node:path'
import { repositoryRoot } from '../paths.ts'
import type { Secrets } from '../secrets.ts'
import { withoutConnections } from '../settings.ts'
import type { StackAddresses } from '../stack.ts'
import type { AlipaySettings } from './alipay-settings.ts'
import { tokenSettingsOf } from './token.ts'

/** The services, by the name of their folder. */
export type ServiceName = 'gateway' | 'order-service' | 'payment-service' | 'inventory-service'

/** Ports of the services behind the gateway. */
export interface ServicePorts {
  order: number
  payment: number
  inventory: number
}

/** What the services' settings are derived from. */
export interface ServiceInputs {
  /** Settings of the user, which override all others. */
  env: Record<string, string>
  addresses: StackAddresses
  secrets: Secrets
  ports: ServicePorts
  alipay: AlipaySettings
  /** Node's cache of compiled code, which makes later starts faster. */
  compileCacheDir: string
}

const gatewayPortDefault = 8080

/** The port that the gateway listens on. @throws Error when GATEWAY_PORT is invalid */
export function gatewayPort(env: Record<string, string>): number {
  const port = Number(env.GATEWAY_PORT ?? gatewayPortDefault)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('GATEWAY_PORT must be from 1 to 65535')
  return port
}

/** The port of the console, or undefined where it is not served. @throws Error when CONSOLE_PORT is invalid */
export function consolePort(env: Record<string, string>): number | undefined {
  const port = Number(env.CONSOLE_PORT ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('CONSOLE_PORT must be from 0 to 65535')
  return port === 0 ? undefined : port
}

/**
 * Settings that the services and their clients share: addresses and secrets. There is no JWT_SECRET where tokens are verified
 * with keys from JWT_JWKS_URL.
 */
export function sharedEnvironment({ env, addresses, secrets, ports, alipay }: ServiceInputs): Record<string, string> {
  const port = gatewayPort(env)
  const { postgresAdminUrl: _admin, ...serverAddresses } = addresses
  const jwt = env.JWT_JWKS_URL === undefined || env.JWT_SECRET !== undefined
  return {
    ...serverAddresses,
    GATEWAY_PORT: String(port),
    PUBLIC_URL: env.PUBLIC_URL ?? `http://localhost:${port}`,
    ORDER_SERVICE_URL: `http://127.0.0.1:${ports.order}`,
    PAYMENT_SERVICE_URL: `http://127.0.0.1:${ports.payment}`,
    INVENTORY_SERVICE_URL: `http://127.0.0.1:${ports.inventory}`,
    SERVICE_TOKEN: env.SERVICE_TOKEN ?? secrets.SERVICE_TOKEN,
    RETURN_URL_SECRET: env.RETURN_URL_SECRET ?? secrets.RETURN_URL_SECRET,
    QUOTE_SECRET: env.QUOTE_SECRET ?? secrets.QUOTE_SECRET,
    ...(jwt ? tokenSettingsOf({ ...env, JWT_SECRET: env.JWT_SECRET ?? secrets.JWT_SECRET }) : {}),
    ALIPAY_GATEWAY: alipay.ALIPAY_GATEWAY,
    ALIPAY_APP_ID: alipay.ALIPAY_APP_ID,
    ALIPAY_SELLER_ID: alipay.ALIPAY_SELLER_ID,
  }
}

/** The audit of this launcher, which finds the running system by LOCAL_DIR: the gateway has no address of a database. */
const auditCommand = JSON.stringify([process.execPath, join(repositoryRoot, 'tools/launcher/src/cli.ts'), 'audit'])

/** The environment of one service, with its own database only. Only payment-service has the private key for Alipay. */
export function serviceEnvironment(service: ServiceName, inputs: ServiceInputs): Record<string, string> {
  const shared = sharedEnvironment(inputs)
  const { ORDER_DATABASE_URL = '', PAYMENT_DATABASE_URL = '', INVENTORY_DATABASE_URL = '' } = inputs.addresses
  const own: Record<ServiceName, Record<string, string>> = {
    gateway: {
      HOST: inputs.env.HOST ?? '127.0.0.1',
      PORT: String(gatewayPort(inputs.env)),
      DEMO_LOGIN: inputs.env.DEMO_LOGIN ?? String(shared.JWT_SECRET !== undefined),
      AUDIT_COMMAND: inputs.env.AUDIT_COMMAND ?? auditCommand,
    },
    'order-service': { PORT: String(inputs.ports.order), ORDER_DATABASE_URL },
    'payment-service': { PORT: String(inputs.ports.payment), PAYMENT_DATABASE_URL, ...inputs.alipay },
    'inventory-service': { PORT: String(inputs.ports.inventory), INVENTORY_DATABASE_URL },
  }
  const {
    ORDER_DATABASE_URL: _order,
    PAYMENT_DATABASE_URL: _payment,
    INVENTORY_DATABASE_URL: _inventory,
    ALIPAY_PRIVATE_KEY: _key,
    ...inherited
  } = { ...withoutConnections(inputs.env), ...shared } as Record<string, string>
  return {
    ...inherited,
    NODE_ENV: inputs.env.NODE_ENV ?? 'development',
    LOG_LEVEL: inputs.env.LOG_LEVEL ?? 'info',
    NODE_COMPILE_CACHE: inputs.compileCacheDir,
    // By default glibc keeps freed memory in an arena for each thread.
    MALLOC_ARENA_MAX: '2',
    HOST: '127.0.0.1',
    ...own[service],
  }
}
