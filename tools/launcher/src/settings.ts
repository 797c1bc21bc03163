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

/** The server addresses that the environment names. */
export function givenAddresses(env: Record<string, string>): StackAddresses {
  const given = addressNames.filter(name => env[name] !== undefined)
  return Object.fromEntries(given.map(name => [name, env[name]]))
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
