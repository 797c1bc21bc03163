import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inheritedEnvironment } from './config.ts'
import { compose, docker, dockerAnswers, missingImages, projectOf, pullImage } from './docker.ts'
import { StartFailure } from './failure.ts'
import { makeSystemFolder } from './folder.ts'
import { type Guard, startGuard } from './guard/start-guard.ts'
import { writeJson } from './json-file.ts'
import { tailOf } from './log-file.ts'
import { repositoryRoot } from './paths.ts'
import { type Log, step } from './progress.ts'
import { remedyFor } from './remedies.mjs'
import { loadSecrets } from './secrets.ts'
import { choosePorts } from './servers/ports.ts'
import { stages, untilDeath } from './servers/server.ts'
import { addressesFileName, makeDatabases, type ServerName, type Stack, type StackOptions } from './stack.ts'
import { waitUntil } from './wait-until.ts'

/** Remembers that a directory's data lies in volumes, for the reset. */
const markerFileName = 'containers.json'
const readyTimeoutMs = 180_000
// More than the longest that docker-compose.yml gives a container to stop.
const stopTimeoutMs = 45_000
const remedy =
  'Look at the log named above; `npm run stack -- reset` starts over with empty data; STACK=local needs no Docker'

/**
 * Starts the servers in containers, on free ports of 127.0.0.1, with passwords and data of their own. They stop with this
 * process, however it ends, unless `keep` is called. Single servers cannot be taken down: `servers` is empty.
 *
 * @returns undefined where Docker cannot be used: no daemon answers, or the images cannot be had
 * @throws DirectoryBusy when a stack runs in this directory · StartFailure when the containers do not get healthy
 */
export async function startDockerStack(options: StackOptions): Promise<Stack | undefined> {
  const { dir, only = ['postgres', 'kafka', 'redis'], log = () => {}, label = 'stack' } = options
  const env = options.env ?? inheritedEnvironment()
  if (!(await dockerAnswers(env)) || !(await fetchImages(only, env, log))) return undefined
  makeSystemFolder(dir)
  const guard = await startGuard(dir, label, reason => log(`… ${reason}`))
  try {
    const ports = await choosePorts(dir, ['postgres', 'kafka', 'redis'], 'servers')
    const secrets = loadSecrets(dir)
    const project = projectOf(dir)
    const composeEnv = {
      ...env,
      ...secrets,
      POSTGRES_PORT: String(ports.postgres),
      KAFKA_PORT: String(ports.kafka),
      REDIS_PORT: String(ports.redis),
    }
    writeJson(join(dir, markerFileName), { project })
    await step(log, `Containers: ${only.join(', ')}`, () =>
      runContainers({ dir, project, only, env: composeEnv, guard }),
    )
    const addresses: Stack['addresses'] = {}
    if (only.includes('postgres')) {
      Object.assign(addresses, await makeDatabases(ports.postgres, secrets).catch(failedToMakeDatabases))
    }
    if (only.includes('kafka')) addresses.KAFKA_BROKERS = `127.0.0.1:${ports.kafka}`
    if (only.includes('redis')) addresses.REDIS_URL = `redis://127.0.0.1:${ports.redis}`
    writeJson(join(dir, addressesFileName), addresses)
    return { addresses, servers: {}, crashed: guard.crashed, stop: () => guard.stop(), keep: () => guard.keep() }
  } catch (error) {
    await guard.stop()
    throw error
  }
}

/** Deletes the containers and volumes that a stack in this directory has left. Nothing where there never was one. */
export async function removeContainers(dir: string, env: Record<string, string>): Promise<void> {
  const marker = join(dir, markerFileName)
  if (!existsSync(marker)) return
  await docker(compose(projectOf(dir), 'down', '--volumes', '--timeout', '10'), env, stopTimeoutMs).catch(error => {
    throw new StartFailure(
      'Deleting the containers',
      error.message,
      remedyFor(error.message, 'Start Docker, then reset again'),
    )
  })
  rmSync(marker)
}

async function fetchImages(services: readonly ServerName[], env: Record<string, string>, log: Log): Promise<boolean> {
  try {
    const missing = await missingImages(services, env)
    await Promise.all(missing.map(image => step(log, `Fetching the image ${image}`, () => pullImage(image, env))))
    return true
  } catch (error) {
    log(`… no containers: ${(error as Error).message}`)
    return false
  }
}

interface Run {
  dir: string
  project: string
  only: readonly ServerName[]
  env: Record<string, string>
  guard: Guard
}

/** Under the guard runs an attached `docker compose up`: it stops the containers when told to, and ends when one of them does. */
async function runContainers({ dir, project, only, env, guard }: Run): Promise<void> {
  const running = await guard.spawn({
    name: 'containers',
    command: 'docker',
    args: compose(project, 'up', '--abort-on-container-exit', '--no-color', ...only),
    cwd: repositoryRoot,
    env,
    logFile: join(dir, 'logs', 'containers.log'),
    kind: 'server',
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
    stage: stages.server,
  })
  const healthy = async (): Promise<true> => {
    const states = await docker(compose(project, 'ps', '--all', '--format', '{{.Service}} {{.State}} {{.Health}}'), env)
    const waiting = only.filter(name => !states.split('\n').includes(`${name} running healthy`))
    if (waiting.length > 0) throw new Error(`${waiting.join(', ')} not healthy`)
    return true
  }
  const options = { timeoutMs: readyTimeoutMs, everyMs: 300, unless: untilDeath(running, 'docker compose') }
  await waitUntil(healthy, options).catch(error => {
    const reason = `${error.message}\n${tailOf(running.logFile)}`
    throw new StartFailure('Starting the containers', reason, remedyFor(reason, remedy))
  })
}

function failedToMakeDatabases(error: Error): never {
  throw new StartFailure('Making the databases', error.message, remedy)
}
