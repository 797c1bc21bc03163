import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from './paths.ts'

const run = promisify(execFile)

/** A daemon that is busy still answers; one that does not in this time is as good as none. */
const answerTimeoutMs = 15_000
/** Long enough for the largest image over a slow line. */
const pullTimeoutMs = 15 * 60_000

/**
 * Runs `docker` with these arguments and gives back what it printed.
 *
 * @throws Error with the last thing it complained about
 */
export async function docker(
  args: readonly string[],
  env: Record<string, string>,
  timeoutMs = answerTimeoutMs,
): Promise<string> {
  try {
    const { stdout } = await run('docker', args, { env, cwd: repositoryRoot, timeout: timeoutMs })
    return stdout.trim()
  } catch (error) {
    const { stderr = '', message, killed } = error as Error & { stderr?: string; killed?: boolean }
    if (killed) throw new Error(`docker ${args[0]} did not end within ${timeoutMs / 1000} s`)
    throw new Error(stderr.trim().split('\n').at(-1) || message)
  }
}

/** The arguments of a compose command on the repository's docker-compose.yml. */
export function compose(project: string | undefined, ...args: string[]): string[] {
  const file = join(repositoryRoot, 'docker-compose.yml')
  return [
    'compose',
    '--ansi',
    'never',
    ...(project === undefined ? [] : ['--project-name', project]),
    '--file',
    file,
    ...args,
  ]
}

/** The compose project of a stack's directory: two directories, and two checkouts, have containers and data of their own. */
export function projectOf(dir: string): string {
  return `alipay-checkout-${createHash('sha256').update(dir).digest('hex').slice(0, 8)}`
}

/** Whether a daemon answers and the compose plugin is there. */
export async function dockerAnswers(env: Record<string, string>): Promise<boolean> {
  try {
    await docker(['version', '--format', '{{.Server.Version}}'], env)
    await docker(['compose', 'version'], env)
    return true
  } catch {
    return false
  }
}

/** The images that these services need and that are not on this machine. */
export async function missingImages(services: readonly string[], env: Record<string, string>): Promise<string[]> {
  const images = (await docker(compose(undefined, 'config', '--images', ...services), env)).split('\n')
  const there = await Promise.all(
    images.map(image =>
      docker(['image', 'inspect', '--format', '{{.Id}}', image], env).then(
        () => true,
        () => false,
      ),
    ),
  )
  return images.filter((_image, index) => !there[index])
}

/** @throws Error saying why the image cannot be had */
export async function pullImage(image: string, env: Record<string, string>): Promise<void> {
  await docker(['pull', '--quiet', image], env, pullTimeoutMs)
}
