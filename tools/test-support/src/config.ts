import { type KafkaConnection, kafkaSettingNames, readKafkaConnection } from '@alipay-checkout/service-kit/connections'

/** Where real servers for tests are reached. */
export interface StackAddresses {
  /** A superuser's: tests make databases of their own with it. */
  postgresAdminUrl: string
  /** `host:port`, several with commas between. */
  kafkaBrokers: string
  redisUrl: string
  /** What is needed to connect to the brokers besides their addresses: settings by their names. */
  kafkaSecurity?: Readonly<Record<string, string>>
  /** Path of the authority that verifies Redis. */
  redisCa?: string
}

/** Settings with which clients connect to the brokers; tests read them with `TEST_` before their names. */
const securityNames = kafkaSettingNames.filter(name => name !== 'KAFKA_BROKERS')

const names = {
  postgresAdminUrl: 'TEST_POSTGRES_ADMIN_URL',
  kafkaBrokers: 'TEST_KAFKA_BROKERS',
  redisUrl: 'TEST_REDIS_URL',
} as const

/**
 * The addresses that the environment gives, or undefined where it gives none.
 *
 * @throws Error naming what is missing when it gives only some: half of the tests would use servers of another run
 */
export function givenAddresses(env: NodeJS.ProcessEnv = process.env): StackAddresses | undefined {
  const missing = Object.values(names).filter(name => !env[name])
  if (missing.length === Object.keys(names).length) return undefined
  if (missing.length > 0) throw new Error(`${missing.join(' and ')} must be set too: all three addresses, or none`)
  const addresses = Object.entries(names).map(([name, variable]) => [name, env[variable]])
  const redisCa = env.TEST_REDIS_SSL_CA
  return { ...(Object.fromEntries(addresses) as unknown as StackAddresses), ...(redisCa ? { redisCa } : {}) }
}

/** Passes the addresses to all processes that are started from now on. */
export function announceAddresses(addresses: StackAddresses): void {
  for (const [name, variable] of Object.entries(names)) {
    process.env[variable] = addresses[name as keyof typeof names]
  }
  for (const [name, value] of Object.entries(addresses.kafkaSecurity ?? {})) process.env[`TEST_${name}`] = value
  if (addresses.redisCa !== undefined) process.env.TEST_REDIS_SSL_CA = addresses.redisCa
}

/** Undoes `announceAddresses`. */
export function withdrawAddresses(): void {
  for (const variable of [...Object.values(names), ...securityNames.map(name => `TEST_${name}`), 'TEST_REDIS_SSL_CA']) {
    delete process.env[variable]
  }
}

/** How tests connect to these brokers. */
export function testKafkaConnection(brokers: string, env: NodeJS.ProcessEnv = process.env): KafkaConnection {
  const security = Object.fromEntries(securityNames.map(name => [name, env[`TEST_${name}`]]))
  return readKafkaConnection({ ...security, KAFKA_BROKERS: brokers })
}

/** The kind of stack that TEST_STACK requires. @throws Error when it is neither docker nor local */
export function forcedStack(env: NodeJS.ProcessEnv = process.env): 'docker' | 'local' | undefined {
  const forced = env.TEST_STACK || undefined
  if (forced === undefined || forced === 'docker' || forced === 'local') return forced
  throw new Error(`TEST_STACK is ${forced}: set it to docker or local, or not at all`)
}

/** What a started process inherits: enough to run Node and Java, and nothing that would configure a service by accident. */
export function inheritedEnvironment(): Record<string, string> {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS', 'JAVA_HOME', 'NODE_COMPILE_CACHE']
  return Object.fromEntries(inherited.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : [])))
}

/** Servers for tests. */
export interface StartedStack {
  addresses: StackAddresses
  kind: 'given' | 'docker' | 'local'
  /** Stops servers that were started, not given ones. */
  stop(): Promise<void>
}
