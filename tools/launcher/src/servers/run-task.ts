import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import { describeEnd } from '../guard/start-guard.ts'
import { tailOf } from '../log-file.ts'
import { type RemedyOptions, remedyFor } from '../remedies.mjs'
import { type ServerContext, stages } from './server.ts'

/** A task that runs to its end: initdb, a download, a migration. */
export interface Task {
  /** Short name, also that of its log. */
  name: string
  command: string
  args: string[]
  cwd?: string
  env?: Record<string, string>
  user?: { uid: number; gid: number }
  /** For the message when it fails. */
  step: string
  /** Where its output shows no cause that is known. */
  remedy: string
  /** Whether it fetches something over the network. */
  isDownload?: boolean
}

/**
 * Runs a task under the guard, so that it ends with us, and gives back what it printed.
 *
 * @throws StartFailure with the end of what it printed when its exit code is not 0
 */
export async function runTask(context: ServerContext, task: Task): Promise<string> {
  const logFile = join(context.dir, 'logs', `${task.name}.log`)
  rmSync(logFile, { force: true })
  const spec: ProcessSpec = {
    name: task.name,
    command: task.command,
    args: task.args,
    cwd: task.cwd ?? context.dir,
    env: { ...context.env, ...task.env },
    logFile,
    kind: 'task',
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 5000,
    stage: stages.task,
    ...(task.user === undefined ? {} : { user: task.user }),
  }
  const running = await context.guard.spawn(spec).catch(error => {
    throw failed(task, `${task.command}: ${error.message}`)
  })
  const end = await running.exited
  if (end.code !== 0) throw failed(task, tailOf(logFile) || describeEnd(end))
  return readFileSync(logFile, 'utf8')
}

function failed({ step, remedy, isDownload = false }: Task, reason: string): StartFailure {
  const options: RemedyOptions = { isDownload }
  return new StartFailure(step, reason, remedyFor(reason, remedy, options))
}
