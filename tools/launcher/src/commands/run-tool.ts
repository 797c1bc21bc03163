import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure.ts'
import { repositoryRoot } from '../paths.ts'
import { readAppState, readStatus } from '../status.ts'
import type { Command } from './command.ts'

/**
 * A command that runs another package's own command line with the addresses of the running system in its environment.
 *
 * @param script relative to the repository
 */
export function runTool(script: string): Command {
  return async ({ dir, env, args, onStop }) => {
    const file = join(repositoryRoot, script)
    if (!existsSync(file))
      throw new StartFailure(`Running ${script}`, 'it does not exist', 'Check out the whole repository')
    const app = readAppState(dir)
    const known = { ...readStatus(dir, env).addresses, ...app?.environment }
    const { postgresAdminUrl, ...addresses } = known as Record<string, string>
    const admin = postgresAdminUrl === undefined ? {} : { POSTGRES_ADMIN_URL: postgresAdminUrl }
    const simulator = app?.simulatorUrl === undefined ? {} : { SIMULATOR_URL: app.simulatorUrl }
    const child = spawn(process.execPath, [file, ...args], {
      cwd: repositoryRoot,
      env: { ...env, ...admin, ...simulator, ...addresses },
      stdio: 'inherit',
    })
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
}
