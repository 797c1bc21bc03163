// The guard: a process of its own that starts everything and outlives its launcher just long enough to stop it all.
// Started by start-guard.ts with: guard.ts <dir> <label> <launcher pid>. Its only door is the IPC channel.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ownIdentity, releaseDirectory, signalGroup, takeDirectory, updateRecord } from './lock.ts'
import { identify } from './process-identity.ts'
import type { GuardRecord, ProcessSpec, Report, Request } from './protocol.ts'

/** A log that grew past this is set aside at the next start. */
const logSizeMax = 20 * 1024 * 1024

interface Started {
  spec: ProcessSpec
  child: ChildProcess
  stopExpected: boolean
  gone: Promise<void>
}

const [dir = '', label = '', launcherPid = ''] = process.argv.slice(2)
const started = new Map<string, Started>()
let stopping: Promise<void> | undefined
/** Until the directory is ours, nothing in it is ours to touch. */
let holding = false

const record: GuardRecord = {
  label,
  guard: ownIdentity(),
  launcher: identify(Number(launcherPid)) ?? { pid: Number(launcherPid), startedAt: 'gone' },
  kept: false,
  stopping: false,
  processes: [],
}

function tell(report: Report): void {
  if (process.connected) process.send?.(report, undefined, undefined, () => {})
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true })
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > logSizeMax) renameSync(file, `${file}.1`)
  return openSync(file, 'a')
}

function start(id: number, spec: ProcessSpec): void {
  if (stopping !== undefined) {
    tell({ type: 'answer', id, error: 'everything is being stopped' })
    return
  }
  // The second would take the place of the first in our books, and nobody would stop that one any more.
  if (started.has(spec.name)) {
    tell({ type: 'answer', id, error: `${spec.name} is running already` })
    return
  }
  const log = openLog(spec.logFile)
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', log, log],
    // A group of its own: a Ctrl-C in the terminal does not reach it, and a kill takes its children too.
    detached: true,
    ...(spec.user ?? {}),
  })
  closeSync(log)
  const gone = Promise.withResolvers<void>()
  child.once('error', error => {
    if (child.pid !== undefined) return
    gone.resolve()
    tell({ type: 'answer', id, error: error.message })
  })
  if (child.pid === undefined) return
  const entry: Started = { spec, child, stopExpected: spec.kind === 'task', gone: gone.promise }
  remember(entry, child.pid)
  child.once('exit', (code, signal) => {
    forget(entry, child.pid as number)
    gone.resolve()
    const expected = entry.stopExpected || stopping !== undefined
    tell({ type: 'exited', name: spec.name, pid: child.pid as number, code, signal, expected })
    if (!expected) void stopEverything(`${spec.name} ended by itself (${signal ?? code})`)
  })
  tell({ type: 'answer', id, pid: child.pid })
}

function remember(entry: Started, pid: number): void {
  started.set(entry.spec.name, entry)
  const identity = identify(pid)
  if (identity === undefined) return
  const { name, stage, stopSignal, stopTimeoutMs } = entry.spec
  record.processes.push({ ...identity, name, stage, stopSignal, stopTimeoutMs })
  updateRecord(dir, record)
}

function forget(entry: Started, pid: number): void {
  // Whatever it left in its group must not outlive it.
  signalGroup(pid, 'SIGKILL', -pid)
  if (started.get(entry.spec.name) === entry) started.delete(entry.spec.name)
  record.processes = record.processes.filter(one => one.pid !== pid)
  if (stopping === undefined) updateRecord(dir, record)
}

async function stopOne(entry: Started, signal: NodeJS.Signals = entry.spec.stopSignal): Promise<void> {
  const pid = entry.child.pid as number
  entry.stopExpected = true
  // A task may be a shell script: its whole group is told. A server leads its own children out.
  signalGroup(pid, signal, entry.spec.kind === 'task' ? -pid : pid)
  const timer = setTimeout(() => {
    console.error(`${entry.spec.name} did not stop within ${entry.spec.stopTimeoutMs} ms: killed`)
    signalGroup(pid, 'SIGKILL', -pid)
  }, entry.spec.stopTimeoutMs)
  await entry.gone
  clearTimeout(timer)
}

function stopEverything(reason: string): Promise<void> {
  if (!holding) process.exit(0)
  stopping ??= (async () => {
    console.error(`${new Date().toISOString()} stopping: ${reason}`)
    record.stopping = true
    updateRecord(dir, record)
    const stages = [...new Set([...started.values()].map(one => one.spec.stage))].sort((a, b) => b - a)
    for (const stage of stages) {
      await Promise.all([...started.values()].filter(one => one.spec.stage === stage).map(one => stopOne(one)))
    }
    releaseDirectory(dir)
    tell({ type: 'stopped' })
    if (process.connected) process.disconnect()
    process.exit(0)
  })()
  return stopping
}

async function answerStopOne(id: number, name: string, signal: NodeJS.Signals | undefined): Promise<void> {
  const entry = started.get(name)
  if (entry !== undefined) await stopOne(entry, signal)
  tell({ type: 'answer', id })
}

function onRequest(request: Request): void {
  switch (request.type) {
    case 'spawn':
      start(request.id, request.spec)
      break
    case 'stop-one':
      void answerStopOne(request.id, request.name, request.signal)
      break
    case 'keep':
      record.kept = true
      updateRecord(dir, record)
      tell({ type: 'answer', id: request.id })
      break
    case 'stop':
      void stopEverything('asked to')
      break
  }
}

process.on('SIGTERM', () => void stopEverything('SIGTERM'))
// The channel closes when the launcher ends in whatever way, kill -9 included.
process.on('disconnect', () => {
  if (!record.kept) void stopEverything('the launcher is gone')
})

const holder = await takeDirectory(dir, record, reason => tell({ type: 'waiting', reason }))
if (holder !== undefined) {
  tell({ type: 'busy', holder })
  process.disconnect()
} else {
  holding = true
  // The launcher may have gone while we waited for the directory.
  if (!process.connected) await stopEverything('the launcher is gone')
  process.on('message', message => onRequest(message as Request))
  tell({ type: 'ready' })
}
