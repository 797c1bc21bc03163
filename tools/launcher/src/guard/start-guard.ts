import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import { sizeOf, tailOf } from '../log-file.ts'
import { remedyFor } from '../remedies.mjs'
import { killRemains, readGuardRecord, releaseDirectory } from './lock.ts'
import { isAlive } from './process-identity.ts'
import type { GuardRecord, ProcessSpec, Report, Request } from './protocol.ts'

/** A process that ended unexpectedly. */
export interface Crash {
  name: string
  /** e.g. `exit code 1`, `SIGKILL` */
  how: string
  logFile: string
}

/** Exit code or signal of an ended process. */
export type ProcessEnd = Pick<Report & { type: 'exited' }, 'code' | 'signal'>

/** `exit code 1` or `SIGKILL`, for a message. */
export const describeEnd = ({ code, signal }: ProcessEnd): string => signal ?? `exit code ${code}`

/** A running process of a guard. */
export interface GuardedProcess {
  name: string
  pid: number
  logFile: string
  /** Resolves when the process has ended. */
  exited: Promise<ProcessEnd>
}

/** Starts and stops processes, and stops them all when this process ends. */
export interface Guard {
  /** @throws Error when the command cannot be started */
  spawn(spec: ProcessSpec): Promise<GuardedProcess>
  /** Stops one process, with its stop signal or another one, and waits for its end. */
  stopOne(name: string, signal?: NodeJS.Signals): Promise<void>
  /** Lets the processes outlive this one. */
  keep(): Promise<void>
  /** Stops all processes and waits for their end. May be called again. */
  stop(): Promise<void>
  /** Resolves when a server ended unexpectedly; the guard then stops the others. Never rejects. */
  crashed: Promise<Crash>
}

/** Another guard runs in the directory. */
export class DirectoryBusy extends Error {
  readonly holder: GuardRecord

  constructor(dir: string, holder: GuardRecord) {
    super(`${dir} is in use by process ${holder.launcher.pid} (${holder.label})`)
    this.name = 'DirectoryBusy'
    this.holder = holder
  }
}

/**
 * Starts the guard of a directory.
 *
 * @param dir holds the guard's file; one guard at a time
 * @param label names the run in messages
 * @param waiting called with the reason when an earlier run must first be stopped
 * @throws DirectoryBusy when another guard runs there
 */
export async function startGuard(dir: string, label: string, waiting: (reason: string) => void): Promise<Guard> {
  makeFolder(join(dir, 'logs'))
  const logFile = join(dir, 'logs', 'guard.log')
  const logSize = sizeOf(logFile)
  const log = openSync(logFile, 'a')
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('guard.ts', import.meta.url)), dir, label, String(process.pid)],
    // Its own session, so that neither Ctrl-C nor a closed terminal ends it before it has stopped everything.
    { detached: true, stdio: ['ignore', log, log, 'ipc'] },
  )
  closeSync(log)
  const guard = new GuardConnection(dir, child, logSize)
  await guard.ready(waiting)
  return guard
}

class GuardConnection implements Guard {
  readonly crashed: Promise<Crash>
  readonly #dir: string
  readonly #logSize: number
  readonly #child: ChildProcess
  readonly #listeners = new Set<(report: Report) => void>()
  readonly #processes = new Map<string, ProcessSpec>()
  readonly #gone: Promise<void>
  /** Its last report was received: the channel closes after it, maybe later than the process ends. */
  readonly #silent: Promise<void>
  #lastId = 0
  #isKept = false
  #isStopping = false

  constructor(dir: string, child: ChildProcess, logSize: number) {
    this.#dir = dir
    this.#logSize = logSize
    this.#child = child
    child.on('message', report => {
      for (const listener of this.#listeners) listener(report as Report)
    })
    this.#gone = new Promise(resolve => child.once('exit', () => resolve()))
    this.#silent = new Promise(resolve => child.once('disconnect', () => resolve()))
    const crash = Promise.withResolvers<Crash>()
    this.crashed = crash.promise
    this.#listeners.add(report => {
      if (report.type !== 'exited' || report.expected) return
      const logFile = this.#processes.get(report.name)?.logFile ?? ''
      crash.resolve({ name: report.name, how: describeEnd(report), logFile })
    })
    child.once('exit', (code, signal) => {
      if (this.#isKept || this.#isStopping) return
      const how = code === 0 ? 'stopped by another command' : describeEnd({ code, signal })
      // If the guard was killed, this process stops what the guard had started.
      void this.#stopOrphans().then(() =>
        crash.resolve({ name: 'guard', how, logFile: join(dir, 'logs', 'guard.log') }),
      )
    })
  }

  async ready(waiting: (reason: string) => void): Promise<void> {
    const answer = await this.#next(report => {
      if (report.type === 'waiting') waiting(report.reason)
      return report.type === 'ready' || report.type === 'busy' ? report : undefined
    })
    if (answer.type === 'busy') throw new DirectoryBusy(this.#dir, answer.holder)
  }

  async spawn(spec: ProcessSpec): Promise<GuardedProcess> {
    this.#processes.set(spec.name, spec)
    const exited = Promise.withResolvers<ProcessEnd>()
    let pid: number | undefined
    const early = new Map<number, ProcessEnd>()
    const listener = (report: Report) => {
      if (report.type !== 'exited' || report.name !== spec.name) return
      // A short task may end before the answer to `spawn` arrives.
      if (pid === undefined) early.set(report.pid, report)
      if (pid !== report.pid) return
      this.#listeners.delete(listener)
      exited.resolve(report)
    }
    this.#listeners.add(listener)
    // If the guard ends, its processes are killed.
    void this.#gone.then(() => exited.resolve({ code: null, signal: 'SIGKILL' }))
    const answer = await this.#request({ type: 'spawn', id: ++this.#lastId, spec })
    if (answer.pid === undefined) throw new Error(answer.error ?? 'it could not be started')
    pid = answer.pid
    const end = early.get(pid)
    if (end !== undefined) exited.resolve(end)
    return { name: spec.name, pid, logFile: spec.logFile, exited: exited.promise }
  }

  async stopOne(name: string, signal?: NodeJS.Signals): Promise<void> {
    await this.#request({ type: 'stop-one', id: ++this.#lastId, name, ...(signal === undefined ? {} : { signal }) })
  }

  async keep(): Promise<void> {
    await this.#request({ type: 'keep', id: ++this.#lastId })
    this.#isKept = true
    this.#child.disconnect()
    this.#child.unref()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    if (this.#child.connected) this.#child.send({ type: 'stop' } satisfies Request, () => {})
    await this.#gone
    await this.#stopOrphans()
  }

  async #stopOrphans(): Promise<void> {
    const record = readGuardRecord(this.#dir)
    if (record === undefined || record.guard.pid !== this.#child.pid || isAlive(record.guard)) return
    await killRemains(record.processes)
    releaseDirectory(this.#dir)
  }

  /** Why the guard ended, from the last lines of its log. */
  #ended(): StartFailure {
    const logFile = join(this.#dir, 'logs', 'guard.log')
    const reason = `it ended\n${tailOf(logFile, 8, this.#logSize)}`.trim()
    return new StartFailure('Running the guard', reason, remedyFor(reason, `Look at ${logFile}`))
  }

  #request(request: Request & { id: number }): Promise<Extract<Report, { type: 'answer' }>> {
    const answer = this.#next(report => (report.type === 'answer' && report.id === request.id ? report : undefined))
    if (this.#child.connected) this.#child.send(request, () => {})
    return answer
  }

  #next<T>(pick: (report: Report) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const listener = (report: Report) => {
        const picked = pick(report)
        if (picked === undefined) return
        this.#listeners.delete(listener)
        resolve(picked)
      }
      this.#listeners.add(listener)
      void Promise.all([this.#gone, this.#silent]).then(() => reject(this.#ended()))
    })
  }
}
