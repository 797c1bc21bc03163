import { kafkaSettingNames } from '@alipay-checkout/service-kit/connections'
import { StartFailure } from './failure.ts'
import type { ServerName, StackAddresses } from './stack.ts'

/** Settings that name a server to use instead of starting one. */
const addressNames = [
  'ORDER_DATABASE_URL',
  'PAYMENT_DATABASE_URL',
  'INVENTORY_DATABASE_URL',
  'KAFKA_BROKERS',
  'REDIS_URL',
] as const

/** What is needed to connect to a server that the environment names. It belongs to that address. */
const companions: Partial<Record<(typeof addressNames)[number], readonly string[]>> = {
  KAFKA_BROKERS: kafkaSettingNames.filter(name => name !== 'KAFKA_BROKERS'),
  REDIS_URL: ['REDIS_SSL_CA'],
}

/** The server addresses that the environment names, with what is needed to connect to them. */
export function givenAddresses(env: Record<string, string>): StackAddresses {
  const given = addressNames.filter(name => env[name] !== undefined)
  const names = given.flatMap(name => [name, ...(companions[name] ?? []).filter(one => env[one] !== undefined)])
  return Object.fromEntries(names.map(name => [name, env[name]]))
}

const serviceAddressNames = ['ORDER_SERVICE_URL', 'PAYMENT_SERVICE_URL', 'INVENTORY_SERVICE_URL']

/**
 * The addresses in the environment that are not those of the running system. A server's or a shop's counts only where the
 * running system has another, since it may use one that the environment names; it starts its services itself.
 */
export function namesOfAnotherSystem(env: Record<string, string>, running: Record<string, string>): string[] {
  if (Object.keys(running).length === 0) return []
  const differ = (name: string) => env[name] !== undefined && env[name] !== running[name]
  return [
    ...[...addressNames, 'PUBLIC_URL'].filter(name => running[name] !== undefined && differ(name)),
    ...serviceAddressNames.filter(differ),
  ]
}

/** The environment without what connects to servers: the addresses of the system's servers count. */
export function withoutConnections(env: Record<string, string>): Record<string, string> {
  const names = new Set<string>([...addressNames, ...Object.values(companions).flat()])
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)))
}

/** The servers that must be started because the environment does not name them. */
export function missingServers(given: StackAddresses): ServerName[] {
  const hasDatabases = given.ORDER_DATABASE_URL && given.PAYMENT_DATABASE_URL && given.INVENTORY_DATABASE_URL
  const missing: ServerName[] = []
  if (!hasDatabases) missing.push('postgres')
  if (!given.KAFKA_BROKERS) missing.push('kafka')
  if (!given.REDIS_URL) missing.push('redis')
  return missing
}

/**
 * Where the servers run: `docker` is the system that docker compose started, `local` is processes of this machine.
 *
 * @param name the setting; TEST_STACK is for the servers of the tests
 */
export function readStackKind(
  env: Record<string, string>,
  name: 'STACK' | 'TEST_STACK' = 'STACK',
): 'docker' | 'local' | undefined {
  const kind = env[name]
  if (kind === undefined || kind === 'docker' || kind === 'local') return kind
  throw new StartFailure(
    'Reading the settings',
    `${name} is neither docker nor local`,
    `Set ${name}=docker or ${name}=local`,
  )
}
