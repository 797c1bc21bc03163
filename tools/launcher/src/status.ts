import { join } from 'node:path'
import { readGuardRecord, runningGuard } from './guard/lock.ts'
import { readJson } from './json-file.ts'
import { givenAddresses, missingServers } from './settings.ts'
import { addressesFileName, type StackAddresses } from './stack.ts'

/** Addresses and settings of the running services, stored while `npm start` runs. */
export interface AppState {
  publicUrl: string
  gatewayUrl: string
  /** Missing where the console is not served. */
  consoleUrl?: string
  orderServiceUrl: string
  paymentServiceUrl: string
  inventoryServiceUrl: string
  /** Missing where a real Alipay is configured. */
  simulatorUrl?: string
  alipay: { gateway: string; appId: string; sellerId: string }
  /** What clients need, secrets included. Never printed. */
  environment: Record<string, string>
}

/** The file with the state of the running services, in the folder of `appDirOf`. */
export const appStateFileName = 'app.json'

/** The folder of the guard that runs the services. */
export function appDirOf(dir: string): string {
  return join(dir, 'app')
}

/** Process ids of the servers and services that run in a directory, by name. */
export function processesOf(dir: string): Map<string, number> {
  const records = [dir, appDirOf(dir)].map(readGuardRecord)
  return new Map(records.flatMap(record => (record?.processes ?? []).map(({ name, pid }) => [name, pid] as const)))
}

/** The state of the services that run in this directory, or undefined. */
export function readAppState(dir: string): AppState | undefined {
  const appDir = appDirOf(dir)
  return runningGuard(appDir) === undefined ? undefined : readJson<AppState>(join(appDir, appStateFileName))
}

/** What runs, and at which addresses. */
export interface Status {
  /** Label of the launcher that runs the servers, `environment` when every address is given, or `down`. */
  stack: string
  services: 'up' | 'down'
  addresses: StackAddresses
  urls: Omit<AppState, 'environment' | 'alipay'> | undefined
  alipay: AppState['alipay'] | undefined
  logs: string
}

/** Reads what runs in this directory. */
export function readStatus(dir: string, env: Record<string, string>): Status {
  const given = givenAddresses(env)
  const holder = runningGuard(dir)
  const started = holder === undefined ? {} : (readJson<StackAddresses>(join(dir, addressesFileName)) ?? {})
  const app = readAppState(dir)
  const { environment: _environment, alipay, ...urls } = app ?? { environment: {}, alipay: undefined }
  return {
    stack: holder?.label ?? (missingServers(given).length === 0 ? 'environment' : 'down'),
    services: app === undefined ? 'down' : 'up',
    addresses: { ...started, ...given },
    urls: app === undefined ? undefined : (urls as Status['urls']),
    alipay,
    logs: join(dir, 'logs'),
  }
}
