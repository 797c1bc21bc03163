import { StartFailure } from './failure.ts'
import type { ServerName, StackAddresses } from './stack.ts'

/** Addresses that the environment may give instead of a server started by us. */
const givenNames = [
  'ORDER_DATABASE_URL',
  'PAYMENT_DATABASE_URL',
  'INVENTORY_DATABASE_URL',
  'KAFKA_BROKERS',
  'REDIS_URL',
] as const

/** The addresses that the environment gives: they win over what would be started. */
export function givenAddresses(env: Record<string, string>): StackAddresses {
  const given = givenNames.filter(name => env[name] !== undefined)
  return Object.fromEntries(given.map(name => [name, env[name]]))
}

/** The servers that must be started because the environment does not name one. */
export function missingServers(given: StackAddresses): ServerName[] {
  const hasDatabases = given.ORDER_DATABASE_URL && given.PAYMENT_DATABASE_URL && given.INVENTORY_DATABASE_URL
  const missing: ServerName[] = []
  if (!hasDatabases) missing.push('postgres')
  if (!given.KAFKA_BROKERS) missing.push('kafka')
  if (!given.REDIS_URL) missing.push('redis')
  return missing
}

/** What forces the kind of stack. */
export function forcedStack(env: Record<string, string>): 'docker' | 'local' | undefined {
  const forced = env.TEST_STACK ?? env.STACK
  if (forced === undefined || forced === 'docker' || forced === 'local') return forced
  const name = env.TEST_STACK === undefined ? 'STACK' : 'TEST_STACK'
  throw new StartFailure(
    'Reading the settings',
    `${name} is neither docker nor local`,
    `Set ${name}=docker or ${name}=local`,
  )
}
