import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartFailure } from './failure.ts'
import { runningGuard } from './guard/lock.ts'
import { isAlive } from './guard/process-identity.ts'
import type { Crash } from './guard/start-guard.ts'
import { readJson } from './json-file.ts'
import { givenAddresses, missingServers, readStackKind } from './settings.ts'
import { addressesFileName, type Stack, type StackAddresses, type StackOptions, startStack } from './stack.ts'

/**
 * The servers that the system needs: those that the environment names, then those of a stack that runs in the
 * background, and new ones for the rest.
 *
 * @throws StartFailure when a server cannot be started · DirectoryBusy when a launcher runs in this directory
 */
export async function openStack(options: StackOptions & { env: Record<string, string> }): Promise<Stack> {
  const given = givenAddresses(options.env)
  const only = missingServers(given)
  if (only.length === 0) return stackOf(given)
  requireLocalStack(options.env)
  const stack = backgroundStack(options.dir) ?? (await startStack({ ...options, only }))
  return { ...stack, addresses: { ...stack.addresses, ...given } }
}

/** @throws StartFailure where STACK names a system in Docker: docker compose starts that */
export function requireLocalStack(env: Record<string, string>): void {
  if (readStackKind(env) !== 'docker') return
  throw new StartFailure(
    'Starting the servers',
    'STACK=docker names a system in Docker, which the launcher does not start',
    'Start it with `docker compose --profile app up -d --build --wait`, or unset STACK',
  )
}

/** A stack of servers that this process has not started and does not stop. */
function stackOf(addresses: StackAddresses): Stack {
  const nothing = async () => {}
  return { addresses, servers: {}, crashed: new Promise<Crash>(() => {}), stop: nothing, keep: nothing }
}

/** The stack that `npm run stack -- up` left running in this directory, or undefined. It keeps running. */
function backgroundStack(dir: string): Stack | undefined {
  const holder = runningGuard(dir)
  if (!holder?.kept) return undefined
  const addresses = readJson<StackAddresses>(join(dir, addressesFileName)) ?? {}
  const crash = Promise.withResolvers<Crash>()
  let watching = true
  void (async () => {
    while (watching && isAlive(holder.guard)) await delay(500, undefined, { ref: false })
    const how = 'stopped by another command'
    if (watching) crash.resolve({ name: 'stack', how, logFile: join(dir, 'logs', 'guard.log') })
  })()
  const stop = async () => {
    watching = false
  }
  return { ...stackOf(addresses), crashed: crash.promise, stop }
}
