// The guard: a separate process that starts all others, and stops them when its launcher ends.
// Started by start-guard.ts with: guard.ts <dir> <label> <launcher pid>. Takes requests over the IPC channel.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ownIdentity, releaseDirectory, signalGroup, takeDirectory, updateRecord } from './lock.ts'
import { identify } from './process-identity.ts'
import type { GuardRecord, ProcessSpec, Report, Request } from './protocol.ts'

/** A longer log is rotated at the next start, bytes. */
const logBytesMax = 20 * 1024 * 1024

interface Started {
  spec: ProcessSpec
  child: ChildProcess
  stopExpected: boolean
  gone: Promise<void>
}

const [dir = '', label = '', launcherPid = ''] = process.argv.slice(2)
const started = new Map<string, Started>()
let stopping: Promise<void> | undefined
/** Whether this guard has the lock of the directory. */
let holding = false

const record: GuardRecord = {
  label,
  guard: ownIdentity(),
  launcher: identify(Number(launcherPid)) ?? { pid: Number(launcherPid), startedAt: 'gone' },
  kept: false,
  stopping: false,
  processes: [],
}

function send(report: Report): void {
  if (process.connected) process.send?.(report, undefined, undefined, () => {})
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true })
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > logBytesMax) renameSync(file, `${file}.1`)
  return openSync(file, 'a')
}

function start(id: number, spec: ProcessSpec): void {
  if (stopping !== undefined) {
    send({ type: 'answer', id, error: 'everything is being stopped' })
    return
  }
  // A second process of this name would replace the first in `started`, which would then never be stopped.
  if (started.has(spec.name)) {
    send({ type: 'answer', id, error: `${spec.name} is running already` })
    return
  }
  const log = openLog(spec.logFile)
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', log, log],
    // Its own process group: Ctrl-C in the terminal does not reach it, and a kill ends its children too.
    detached: true,
    ...(spec.user ?? {}),
  })
  closeSync(log)
  const gone = Promise.withResolvers<void>()
  child.once('error', error => {
    if (child.pid !== undefined) return
    gone.resolve()
    send({ type: 'answer', id, error: error.message })
  })
  if (child.pid === undefined) return
  const entry: Started = { spec, child, stopExpected: spec.kind === 'task', gone: gone.promise }
  remember(entry, child.pid)
  child.once('exit', (code, signal) => {
    forget(entry, child.pid as number)
    gone.resolve()
    const expected = entry.stopExpected || stopping !== undefined
    send({ type: 'exited', name: spec.name, pid: child.pid as number, code, signal, expected })
    if (!expected) void stopEverything(`${spec.name} ended by itself (${signal ?? code})`)
  })
  send({ type: 'answer', id, pid: child.pid })
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
  // Ends the children that it left in its process group.
  signalGroup(pid, 'SIGKILL', -pid)
  if (started.get(entry.spec.name) === entry) started.delete(entry.spec.name)
  record.processes = record.processes.filter(one => one.pid !== pid)
  if (stopping === undefined) updateRecord(dir, record)
}

async function stopOne(entry: Started, signal: NodeJS.Signals = entry.spec.stopSignal): Promise<void> {
  const pid = entry.child.pid as number
  entry.stopExpected = true
  // A task may be a shell script, so the signal goes to its group. A server stops its own children.
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
    send({ type: 'stopped' })
    if (process.connected) process.disconnect()
    process.exit(0)
  })()
  return stopping
}

async function onStopOne(id: number, name: string, signal: NodeJS.Signals | undefined): Promise<void> {
  const entry = started.get(name)
  if (entry !== undefined) await stopOne(entry, signal)
  send({ type: 'answer', id })
}

function onRequest(request: Request): void {
  switch (request.type) {
    case 'spawn':
      start(request.id, request.spec)
      break
    case 'stop-one':
      void onStopOne(request.id, request.name, request.signal)
      break
    case 'keep':
      record.kept = true
      updateRecord(dir, record)
      send({ type: 'answer', id: request.id })
      break
    case 'stop':
      void stopEverything('requested')
      break
  }
}

process.on('SIGTERM', () => void stopEverything('SIGTERM'))
// The channel closes when the launcher ends, even by kill -9.
process.on('disconnect', () => {
  if (!record.kept) void stopEverything('the launcher has ended')
})

const holder = await takeDirectory(dir, record, reason => send({ type: 'waiting', reason }))
if (holder !== undefined) {
  send({ type: 'busy', holder })
  process.disconnect()
} else {
  holding = true
  // The launcher may have ended while this guard waited for the directory.
  if (!process.connected) await stopEverything('the launcher has ended')
  process.on('message', message => onRequest(message as Request))
  send({ type: 'ready' })
}
