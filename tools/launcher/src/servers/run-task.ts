import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure.ts'
import type { ProcessSpec } from '../guard/protocol.ts'
import { describeEnd } from '../guard/start-guard.ts'
import { tailOf } from '../log-file.ts'
import { type RemedyOptions, remedyFor } from '../remedies.mjs'
import { type ServerContext, stages } from './server.ts'

/** A program that runs to its end: initdb, a download, a migration. */
export interface Task {
  /** Also names its log. */
  name: string
  command: string
  args: string[]
  cwd?: string
  env?: Record<string, string>
  user?: { uid: number; gid: number }
  /** Names the step in the failure message. */
  step: string
  /** Used where the output shows no known cause. */
  remedy: string
  /** Whether it uses the network. */
  isDownload?: boolean
}

/**
 * Runs a program under the guard, so that it ends with the launcher.
 *
 * @returns its output
 * @throws StartFailure with the last lines of its output when the exit code is not 0
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
