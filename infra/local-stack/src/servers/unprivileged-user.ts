import { chownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartFailure } from '../failure.ts'
import { runTask } from './run-task.ts'
import type { ServerContext } from './server.ts'

/** How a command is run as somebody else. */
export interface RunAs {
  user?: { uid: number; gid: number }
  /** The command line that does the same as `command args`. */
  wrap(command: string, args: string[]): { command: string; args: string[] }
}

const asOurselves: RunAs = { wrap: (command, args) => ({ command, args }) }

/**
 * PostgreSQL refuses to run as root: root's stack runs it as the user `postgres`, or `nobody` where there is none.
 *
 * @param home the data folder; given to that user
 * @param reached other paths which that user must be able to read
 */
export async function unprivileged(context: ServerContext, home: string, reached: string[]): Promise<RunAs> {
  if (process.getuid?.() !== 0) return asOurselves
  const user = (await lookUp(context, 'postgres')) ?? (await lookUp(context, 'nobody'))
  if (user === undefined) {
    throw new StartFailure(
      'Starting PostgreSQL',
      'it does not run as root, and there is no other user (postgres, nobody) on this machine',
      'Run the command as an ordinary user',
    )
  }
  chownSync(home, user.uid, user.gid)
  if ([home, ...reached].every(path => isOpenToAll(path))) return { ...asOurselves, user }
  if (process.platform !== 'linux') return { ...asOurselves, user }
  // A folder above is closed to others, as root's home is: this user keeps the one privilege of passing through.
  return {
    wrap: (command, args) => ({
      command: 'setpriv',
      args: [
        `--reuid=${user.uid}`,
        `--regid=${user.gid}`,
        '--clear-groups',
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
        command,
        ...args,
      ],
    }),
  }
}

async function lookUp(context: ServerContext, name: string): Promise<{ uid: number; gid: number } | undefined> {
  const id = (flag: string) =>
    runTask(context, {
      name: `id-${name}${flag}`,
      command: 'id',
      args: [flag, name],
      step: 'Looking for a user',
      remedy: '',
    })
  try {
    return { uid: Number(await id('-u')), gid: Number(await id('-g')) }
  } catch {
    return undefined
  }
}

function isOpenToAll(path: string): boolean {
  const parent = dirname(path)
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && isOpenToAll(parent))
}
