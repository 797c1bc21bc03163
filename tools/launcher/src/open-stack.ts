import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startDockerStack } from './docker-stack.ts'
import { StartFailure } from './failure.ts'
import { runningGuard } from './guard/lock.ts'
import { isAlive } from './guard/process-identity.ts'
import type { Crash } from './guard/start-guard.ts'
import { readJson } from './json-file.ts'
import { forcedStack, givenAddresses, missingServers } from './settings.ts'
import { addressesFileName, type Stack, type StackAddresses, type StackOptions, startStack } from './stack.ts'

/**
 * The servers of the system, from wherever they come: addresses in the environment win; then a stack that already runs in
 * the background; then containers where Docker can be used; else real servers started here.
 *
 * @throws StartFailure when a server cannot be started · DirectoryBusy when a launcher runs in this directory
 */
export async function openStack(options: StackOptions & { env: Record<string, string> }): Promise<Stack> {
  const given = givenAddresses(options.env)
  const only = missingServers(given)
  if (only.length === 0) return nothingStarted(given)
  const stack = backgroundStack(options.dir) ?? (await startAny({ ...options, only }))
  return { ...stack, addresses: { ...stack.addresses, ...given } }
}

async function startAny(options: StackOptions & { env: Record<string, string> }): Promise<Stack> {
  const forced = forcedStack(options.env)
  if (forced === 'local') return startStack(options)
  const inContainers = await startDockerStack(options)
  if (inContainers !== undefined) return inContainers
  if (forced !== 'docker') return startStack(options)
  throw new StartFailure(
    'Starting the stack in Docker',
    'no Docker daemon answers, or its images cannot be had',
    'Start Docker, or set STACK=local',
  )
}

function nothingStarted(addresses: StackAddresses): Stack {
  const nothing = async () => {}
  return { addresses, servers: {}, crashed: new Promise<Crash>(() => {}), stop: nothing, keep: nothing }
}

/** The stack that `npm run stack -- up` left running in this directory, or undefined. It is left running by us as well. */
function backgroundStack(dir: string): Stack | undefined {
  const holder = runningGuard(dir)
  if (!holder?.kept) return undefined
  const addresses = readJson<StackAddresses>(join(dir, addressesFileName)) ?? {}
  const nothing = async () => {}
  const watch = Promise.withResolvers<Crash>()
  let watching = true
  void (async () => {
    while (watching && isAlive(holder.guard)) await delay(500, undefined, { ref: false })
    const how = 'stopped by another command'
    if (watching) watch.resolve({ name: 'stack', how, logFile: join(dir, 'logs', 'guard.log') })
  })()
  const stop = async () => {
    watching = false
  }
  return { addresses, servers: {}, crashed: watch.promise, stop, keep: nothing }
}
