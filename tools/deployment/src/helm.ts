import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from './paths.ts'

const run = promisify(execFile)

/** What is built where no Helm is installed. */
export const version = 'v4.3.1'
const cacheFolder = join(repositoryRoot, '.local', 'cache', 'helm', version)
const built = join(cacheFolder, 'helm')
/** Some 1,000 Go packages are compiled, ms. */
const buildTimeoutMs = 20 * 60_000

/** Finds Helm 4, whose messages and order of objects the tests know: on PATH, or built by an earlier `npm run chart`. */
export async function findHelm(): Promise<string | undefined> {
  if ((await outputOf('helm', 'version', '--short'))?.startsWith('v4.')) return 'helm'
  return existsSync(built) ? built : undefined
}

/** Builds Helm with Go, and keeps it in `.local/cache`. Returns its path. Throws Error where there is no Go. */
export async function buildHelm(): Promise<string> {
  const go = (await outputOf('go', 'version')) ? 'go' : '/usr/local/go/bin/go'
  if (!(await outputOf(go, 'version'))) {
    throw new Error('Neither Helm 4 nor Go is installed: install Helm 4 (https://helm.sh/docs/intro/install)')
  }
  await build(go, built)
  return built
}

/** Builds in a folder of its own and moves the finished program, so that an interrupted build leaves none. */
async function build(go: string, target: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true })
  const folder = await mkdtemp(join(cacheFolder, 'build-'))
  try {
    await run(go, ['install', '-trimpath', '-ldflags', '-s -w', `helm.sh/helm/v4/cmd/helm@${version}`], {
      env: { ...process.env, GOBIN: folder },
      timeout: buildTimeoutMs,
    })
    await rename(join(folder, 'helm'), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a program prints; undefined where it is not installed or fails. */
async function outputOf(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    return (await run(program, args)).stdout
  } catch {
    return undefined
  }
}
