/** Where real servers for tests are reached. */
export interface StackAddresses {
  /** A superuser's: tests make databases of their own with it. */
  postgresAdminUrl: string
  /** `host:port`, several with commas between. */
  kafkaBrokers: string
  redisUrl: string
}

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
  return Object.fromEntries(addresses) as unknown as StackAddresses
}

/** Passes the addresses to all processes that are started from now on. */
export function announceAddresses(addresses: StackAddresses): void {
  for (const [name, variable] of Object.entries(names)) {
    process.env[variable] = addresses[name as keyof StackAddresses]
  }
}

/** Undoes `announceAddresses`. */
export function withdrawAddresses(): void {
  for (const variable of Object.values(names)) delete process.env[variable]
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
