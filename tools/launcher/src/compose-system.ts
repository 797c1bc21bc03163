import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from './paths.ts'
import { databaseUrl, serviceDatabases } from './servers/databases.ts'
import { readStackKind } from './settings.ts'

const composeTimeoutMs = 15_000

/**
 * The environment for clients of the system that `docker compose --profile app up` runs: its addresses on this machine and
 * its secrets. STACK=docker asks for it; without STACK it is used where docker compose reports that it runs.
 *
 * @returns undefined where the system does not run in Docker
 */
export async function composeSystem(env: Record<string, string>): Promise<Record<string, string> | undefined> {
  const kind = readStackKind(env)
  const isUsed = kind === undefined ? await isRunning(env) : kind === 'docker'
  return isUsed ? composeEnvironment(env) : undefined
}

async function isRunning(env: Record<string, string>): Promise<boolean> {
  const args = ['compose', '--profile', 'app', 'ps', '--quiet', '--status', 'running', 'gateway']
  try {
    const { stdout } = await promisify(execFile)('docker', args, {
      env,
      cwd: repositoryRoot,
      timeout: composeTimeoutMs,
    })
    return stdout.trim() !== ''
  } catch {
    // Neither Docker nor its compose plugin is required.
    return false
  }
}

/** Reads the values of docker-compose.yml: a variable that is set wins over the default in the file. */
function composeValues(env: Record<string, string>): (name: string) => string {
  const file = readFileSync(join(repositoryRoot, 'docker-compose.yml'), 'utf8')
  const defaults = new Map([...file.matchAll(/\$\{([A-Z_]+):-([^${}]+)\}/g)].map(([, name, value]) => [name, value]))
  return name => env[name] ?? defaults.get(name) ?? ''
}

/** The address of the superuser of PostgreSQL in Docker, who may create further databases. */
export function composeAdminUrl(env: Record<string, string>): string {
  const value = composeValues(env)
  const postgres = { database: 'postgres', role: 'postgres', password: value('POSTGRES_PASSWORD') }
  return databaseUrl(Number(value('POSTGRES_PORT')), postgres)
}

/** The addresses and secrets of docker-compose.yml. */
export function composeEnvironment(env: Record<string, string>): Record<string, string> {
  const value = composeValues(env)
  const databases = serviceDatabases({
    ORDER_DATABASE_PASSWORD: value('ORDER_DATABASE_PASSWORD'),
    PAYMENT_DATABASE_PASSWORD: value('PAYMENT_DATABASE_PASSWORD'),
    INVENTORY_DATABASE_PASSWORD: value('INVENTORY_DATABASE_PASSWORD'),
  })
  const local = (name: string) => `127.0.0.1:${value(name)}`
  return {
    ...Object.fromEntries(
      Object.entries(databases).map(([name, one]) => [name, databaseUrl(Number(value('POSTGRES_PORT')), one)]),
    ),
    KAFKA_BROKERS: local('KAFKA_PORT'),
    REDIS_URL: `redis://${local('REDIS_PORT')}`,
    GATEWAY_PORT: value('GATEWAY_PORT'),
    PUBLIC_URL: env.PUBLIC_URL ?? `http://localhost:${value('GATEWAY_PORT')}`,
    PAYMENT_SERVICE_URL: `http://${local('PAYMENT_SERVICE_PORT')}`,
    JWT_SECRET: value('JWT_SECRET'),
    SERVICE_TOKEN: value('SERVICE_TOKEN'),
    // Where the environment names an Alipay, the simulator runs unused.
    ...(env.ALIPAY_GATEWAY === undefined ? { SIMULATOR_URL: `http://${local('ALIPAY_SIMULATOR_PORT')}` } : {}),
  }
}
