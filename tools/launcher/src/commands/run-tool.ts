import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { composeSystem } from '../compose-system.ts'
import { StartFailure } from '../failure.ts'
import { repositoryRoot } from '../paths.ts'
import { namesOfAnotherSystem } from '../settings.ts'
import { readAppState, readStatus } from '../status.ts'
import type { Command, CommandContext } from './command.ts'

/**
 * A command that runs another package's command line with the addresses of the running system in its environment. The
 * shell's own settings win; where they name another system, nothing is taken from the one that runs here.
 *
 * @param script relative to the repository
 */
export function runTool(script: string): Command {
  return async ({ dir, env, args, log, onStop }) => {
    const file = join(repositoryRoot, script)
    if (!existsSync(file))
      throw new StartFailure(`Running ${script}`, 'it does not exist', 'Check out the whole repository')
    const running = await runningSystem(dir, env)
    const others = namesOfAnotherSystem(env, running)
    if (others.length === 0) return runProgram([file, ...args], { ...running, ...env }, onStop)
    // A command on two systems at once would compare or change what does not belong together.
    log(`the environment names another system (${others.join(', ')}): nothing is taken from the one that runs here`)
    return runProgram([file, ...args], env, onStop)
  }
}

/** Runs a program with this Node in the foreground, until it ends or the launcher is stopped. Returns its exit code. */
export function runProgram(
  nodeArguments: readonly string[],
  env: Record<string, string>,
  onStop: CommandContext['onStop'],
): Promise<number> {
  const child = spawn(process.execPath, nodeArguments, { cwd: repositoryRoot, env, stdio: 'inherit' })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 1))
  })
  onStop(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return ended
}

/** Addresses and secrets of the system that runs: of this directory, named by the environment, or in Docker. */
async function runningSystem(dir: string, env: Record<string, string>): Promise<Record<string, string>> {
  const { postgresAdminUrl: _admin, ...addresses } = readStatus(dir, {}).addresses
  if (env.STACK === 'docker' || Object.keys(addresses).length === 0) {
    const compose = await composeSystem(env)
    if (compose !== undefined) return compose
  }
  const app = readAppState(dir)
  const simulator = app?.simulatorUrl === undefined ? {} : { SIMULATOR_URL: app.simulatorUrl }
  return { ...simulator, ...addresses, ...app?.environment }
}
