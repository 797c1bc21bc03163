import { chownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartFailure } from '../failure.ts'
import { causeOf, remedyFor } from '../remedies.mjs'
import { runTask } from './run-task.ts'
import type { ServerContext } from './server.ts'

/** How a command runs as another user. */
export interface RunAs {
  /** Owner of the files that the command writes; undefined for the user of this process. */
  owner?: User
  /** The user for `spawn`, where no wrapper changes it. */
  user?: User
  /** The command line that runs `command args` as that user. */
  wrap(command: string, args: string[]): { command: string; args: string[] }
}

interface User {
  uid: number
  gid: number
}

const asOurselves: RunAs = { wrap: (command, args) => ({ command, args }) }

/**
 * Capabilities (capabilities(7)) that let a user pass through folders which only root may enter. The first is smaller, but
 * does not allow the execution of files without permission, and Docker's default set lacks it.
 */
const passingCapabilities = ['dac_read_search', 'dac_override'] as const

/**
 * PostgreSQL refuses to run as root. Started by root, it runs as the owner of its data, or as `postgres` or `nobody` where
 * there is no data yet. Where a parent folder may be entered by root only, such as root's home, that user gets one
 * capability which lets it pass.
 *
 * @param paths.home the folder of the data; its owner is changed to that user
 * @param paths.data the data, which may not exist yet
 * @param paths.programs what that user must be able to execute
 * @throws StartFailure when there is no such user, or it can't reach the data or the programs
 */
export async function unprivileged(
  context: ServerContext,
  paths: { home: string; data: string; programs: string[] },
): Promise<RunAs> {
  if (process.getuid?.() !== 0) return asOurselves
  const { home, data, programs } = paths
  const user = ownerOf(data) ?? (await lookUp(context, 'postgres')) ?? (await lookUp(context, 'nobody'))
  if (user === undefined) {
    throw new StartFailure(
      'Starting PostgreSQL',
      'it does not run as root, and there is no other user (postgres, nobody) on this machine',
      'Run the command as an ordinary user',
    )
  }
  chownSync(home, user.uid, user.gid)
  const plainly: RunAs = { ...asOurselves, owner: user, user }
  if ([home, ...programs].every(path => closedFolderAbove(path) === undefined) && programs.every(isExecutableByAll)) {
    return plainly
  }
  const ways = process.platform === 'linux' ? passingCapabilities.map(one => passing(user, one)) : []
  let reason = ''
  for (const way of [plainly, ...ways]) {
    const failure = await tryToReach(context, way, paths)
    if (failure === undefined) return way
    reason = failure
  }
  throw cannotPass(user, paths, reason)
}

/**
 * Runs a command as this user with one capability. Without `no_setuid_fixup` the capability would not count for access(2),
 * by which initdb checks every program that it calls.
 */
function passing(user: User, capability: string): RunAs {
  const { uid, gid } = user
  return {
    owner: user,
    wrap: (command, args) => ({
      command: 'setpriv',
      args: [
        `--reuid=${uid}`,
        `--regid=${gid}`,
        '--clear-groups',
        '--securebits=+no_setuid_fixup',
        `--inh-caps=+${capability}`,
        `--ambient-caps=+${capability}`,
        command,
        ...args,
      ],
    }),
  }
}

/** Undefined where the programs can be executed and the data folder written; else the reason. */
async function tryToReach(
  context: ServerContext,
  way: RunAs,
  { home, programs }: { home: string; programs: string[] },
): Promise<string | undefined> {
  const script = 'test -w "$0" || exit 1; for program; do test -r "$program" && test -x "$program" || exit 1; done'
  try {
    await runTask(context, {
      name: 'reach',
      ...way.wrap('/bin/sh', ['-c', script, home, ...programs]),
      step: 'Reaching the data folder',
      remedy: '',
      ...(way.user === undefined ? {} : { user: way.user }),
    })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Names the folder that can't be entered, and the remedy: what setpriv needs, or another folder. */
function cannotPass({ uid }: User, { home, programs }: { home: string; programs: string[] }, reason: string) {
  const closedPrograms = programs.map(closedFolderAbove).find(folder => folder !== undefined)
  const closed = closedPrograms ?? closedFolderAbove(home) ?? dirname(home)
  const why = `it does not run as root, and another user (${uid}) may not enter ${closed}\n${reason}`
  const elsewhere =
    closedPrograms === undefined
      ? 'choose a folder that every user may enter: LOCAL_DIR=/var/lib/alipay-checkout npm start'
      : 'move the checkout to a folder that every user may enter, such as /opt'
  const remedy = causeOf(reason) === 'program' ? `${remedyFor(reason, '')}\nor ${elsewhere}` : capitalised(elsewhere)
  return new StartFailure('Starting PostgreSQL', why, remedy)
}

const capitalised = (text: string) => text[0]?.toUpperCase() + text.slice(1)

async function lookUp(context: ServerContext, name: string): Promise<User | undefined> {
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

/** The owner of the data, unless that is root or there is no data. */
function ownerOf(data: string): User | undefined {
  const found = statSync(data, { throwIfNoEntry: false })
  return found === undefined || found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid }
}

const isExecutableByAll = (file: string) => (statSync(file).mode & 0o005) === 0o005

/** The nearest parent folder that not every user may enter. */
function closedFolderAbove(path: string): string | undefined {
  const parent = dirname(path)
  if (parent === path) return undefined
  return (statSync(parent).mode & 0o001) === 0 ? parent : closedFolderAbove(parent)
}
