import { join } from 'node:path'
import { readGuardRecord, runningGuard } from './guard/lock.ts'
import { readJson } from './json-file.ts'
import { givenAddresses } from './settings.ts'
import { addressesFileName, type StackAddresses } from './stack.ts'

/** Where the running services are reached, and what they run with; kept while `npm start` is up. */
export interface AppState {
  publicUrl: string
  gatewayUrl: string
  orderServiceUrl: string
  paymentServiceUrl: string
  inventoryServiceUrl: string
  /** Only where our own simulator plays Alipay. */
  simulatorUrl?: string
  alipay: { gateway: string; appId: string; sellerId: string }
  /** What clients need: the key for customers' tokens and the brokers. Never printed. */
  environment: Record<string, string>
}

/** The file with the state of the running services, inside `appDir`. */
export const appStateFileName = 'app.json'

/** The folder of the services' own guard. */
export function appDirOf(dir: string): string {
  return join(dir, 'app')
}

/** What runs in a directory, servers and services, by name with the process id. */
export function processesOf(dir: string): Map<string, number> {
  const records = [dir, appDirOf(dir)].map(readGuardRecord)
  return new Map(records.flatMap(record => (record?.processes ?? []).map(({ name, pid }) => [name, pid] as const)))
}

/** The state of the services that run from this directory, or undefined. */
export function readAppState(dir: string): AppState | undefined {
  const appDir = appDirOf(dir)
  return runningGuard(appDir) === undefined ? undefined : readJson<AppState>(join(appDir, appStateFileName))
}

/** Everything that runs, with its addresses. */
export interface Status {
  /** What holds the stack: the label of its launcher, or `environment` when every address was given. */
  stack: string
  services: 'up' | 'down'
  addresses: StackAddresses
  urls: Omit<AppState, 'environment' | 'alipay'> | undefined
  alipay: AppState['alipay'] | undefined
  logs: string
}

/** Looks at what runs from this directory. */
export function readStatus(dir: string, env: Record<string, string>): Status {
  const given = givenAddresses(env)
  const holder = runningGuard(dir)
  const started = holder === undefined ? {} : (readJson<StackAddresses>(join(dir, addressesFileName)) ?? {})
  const app = readAppState(dir)
  const { environment: _environment, alipay, ...urls } = app ?? { environment: {}, alipay: undefined }
  return {
    stack: holder?.label ?? (Object.keys(given).length === 5 ? 'environment' : 'down'),
    services: app === undefined ? 'down' : 'up',
    addresses: { ...started, ...given },
    urls: app === undefined ? undefined : (urls as Status['urls']),
    alipay,
    logs: join(dir, 'logs'),
  }
}
