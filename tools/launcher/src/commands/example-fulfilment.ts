import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaSettingNames } from '@alipay-checkout/service-kit/connections'
import { composeAdminUrl, composeSystem } from '../compose-system.ts'
import { StartFailure } from '../failure.ts'
import { repositoryRoot } from '../paths.ts'
import { loadSecrets } from '../secrets.ts'
import { createDatabases, databaseUrl, type ServiceDatabase } from '../servers/databases.ts'
import { readAppState, readStatus } from '../status.ts'
import type { Command, CommandContext } from './command.ts'
import { runProgram } from './run-tool.ts'

/** What the example needs of a running system. */
interface FoundSystem {
  gatewayUrl: string
  /** KAFKA_BROKERS, and what is needed to connect to them. */
  kafka: Record<string, string>
  /** What its token is made of: JWT_SECRET, and the claims that the gateway requires. */
  tokens: Record<string, string>
  /** Of a superuser of PostgreSQL; missing where the database is given. */
  adminUrl?: string | undefined
  databasePassword: string
}

const step = 'Finding the running system'

/** `npm run example:fulfilment`: runs the warehouse of `examples/fulfilment` beside the running system until Ctrl-C. */
export const exampleFulfilmentCommand: Command = async context => {
  const { env, log, onStop } = context
  const script = join(repositoryRoot, 'examples', 'fulfilment', 'src', 'main.ts')
  if (!existsSync(script)) throw new StartFailure(step, `${script} does not exist`, 'Check out the whole repository')
  const system = await findSystem(context)
  const databaseAddress = env.FULFILMENT_DATABASE_URL ?? (await createDatabase(system))
  log('each line below is a parcel: order, carrier, tracking number')
  const { PATH = '', HOME = '' } = env
  const own = {
    ...{ PATH, HOME, ...system.tokens },
    ...(env.FULFILMENT_TOKEN && { FULFILMENT_TOKEN: env.FULFILMENT_TOKEN }),
    ...(env.FULFILMENT_GROUP && { FULFILMENT_GROUP: env.FULFILMENT_GROUP }),
    FULFILMENT_DATABASE_URL: databaseAddress,
    ...system.kafka,
    GATEWAY_URL: system.gatewayUrl,
  }
  return runProgram([script], own, onStop)
}

/** @throws StartFailure saying what to do where no system runs, or it can't be called */
export async function findSystem({ dir, env }: Pick<CommandContext, 'dir' | 'env'>): Promise<FoundSystem> {
  const found = env.STACK === 'docker' ? undefined : (localSystem(dir, env) ?? namedSystem(env))
  const system = found ?? (await dockerSystem(env))
  if (system === undefined) {
    throw new StartFailure(
      step,
      'no system runs here, and the environment names none',
      'Start it with `npm start` in another terminal, wait until it is ready, and run this command again',
    )
  }
  if (!system.tokens.JWT_SECRET && !env.FULFILMENT_TOKEN) {
    const remedy = 'Set FULFILMENT_TOKEN to a token of the identity provider with the role fulfilment'
    throw new StartFailure(step, 'it has no JWT_SECRET with which a token could be signed', remedy)
  }
  if (!(await isHealthy(system.gatewayUrl))) {
    const remedy = 'Wait until the system is ready, or start it again with `npm start`'
    throw new StartFailure(step, `no gateway answers at ${system.gatewayUrl}`, remedy)
  }
  return system
}

function localSystem(dir: string, env: Record<string, string>): FoundSystem | undefined {
  const app = readAppState(dir)
  if (app === undefined) return undefined
  const { addresses } = readStatus(dir, env)
  return {
    gatewayUrl: app.gatewayUrl,
    kafka: kafkaSettingsIn({ ...addresses, ...app.environment }),
    tokens: tokensOf(app.environment),
    adminUrl: addresses.postgresAdminUrl,
    databasePassword: loadSecrets(dir).FULFILMENT_DATABASE_PASSWORD,
  }
}

/** A system elsewhere: its database must be given, since no superuser of its PostgreSQL is known. */
function namedSystem(env: Record<string, string>): FoundSystem | undefined {
  const { PUBLIC_URL, KAFKA_BROKERS, FULFILMENT_DATABASE_URL } = env
  if (!PUBLIC_URL || !KAFKA_BROKERS || !FULFILMENT_DATABASE_URL) return undefined
  const gatewayUrl = PUBLIC_URL.replace(/\/+$/, '')
  return { gatewayUrl, kafka: kafkaSettingsIn(env), tokens: tokensOf(env), databasePassword: '' }
}

async function dockerSystem(env: Record<string, string>): Promise<FoundSystem | undefined> {
  const compose = await composeSystem(env)
  if (compose === undefined) return undefined
  return {
    gatewayUrl: `http://127.0.0.1:${compose.GATEWAY_PORT}`,
    kafka: kafkaSettingsIn(compose),
    tokens: tokensOf({ ...env, ...compose }),
    adminUrl: composeAdminUrl(env),
    databasePassword: env.FULFILMENT_DATABASE_PASSWORD ?? 'development-fulfilment',
  }
}

function kafkaSettingsIn(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(kafkaSettingNames.flatMap(name => (env[name] ? [[name, env[name]]] : [])))
}

function tokensOf(env: Record<string, string>): Record<string, string> {
  const names = ['JWT_SECRET', 'JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_ROLE_CLAIM']
  return Object.fromEntries(names.flatMap(name => (env[name] ? [[name, env[name]]] : [])))
}

/** Creates the warehouse's own database and role where they are missing, and returns their address. */
async function createDatabase({ adminUrl, databasePassword }: FoundSystem): Promise<string> {
  if (adminUrl === undefined) {
    const remedy = 'Create a database for the warehouse, and set FULFILMENT_DATABASE_URL to its address'
    throw new StartFailure('Creating the database', 'its PostgreSQL was not started by this launcher', remedy)
  }
  const own: ServiceDatabase = { database: 'fulfilment', role: 'fulfilment', password: databasePassword }
  await createDatabases(adminUrl, [own])
  const { port, search } = new URL(adminUrl)
  return `${databaseUrl(Number(port), own)}${search}`
}

async function isHealthy(gatewayUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${gatewayUrl}/healthz`, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}
