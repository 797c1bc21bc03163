import { linkSync, mkdirSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readJson, writeJson } from '../json-file.ts'
import { identify, isAlive } from './process-identity.ts'
import { type GuardRecord, guardFileName, type RecordedProcess } from './protocol.ts'

/** How long to wait for the processes of an earlier run, ms: longer than all stop timeouts together. */
const remainsTimeoutMs = 90_000
/** A takeover takes milliseconds; an older marker was left by a process that has ended, ms. */
const takeoverStaleMs = 30_000

/** The record of the guard that has the directory, even if it has ended, or undefined. */
export function readGuardRecord(dir: string): GuardRecord | undefined {
  return readJson<GuardRecord>(join(dir, guardFileName))
}

/** The record of the guard that runs in the directory and is not stopping, or undefined. */
export function runningGuard(dir: string): GuardRecord | undefined {
  const record = readGuardRecord(dir)
  return record !== undefined && isAlive(record.guard) && !isLeaving(record) ? record : undefined
}

/**
 * Locks a directory for one guard. Waits for a guard that is stopping; stops the processes of a guard that was killed.
 *
 * @param waiting called once with the reason of the wait
 * @returns undefined when the directory is locked for `own`, or the record of the guard that keeps it
 */
export async function takeDirectory(
  dir: string,
  own: GuardRecord,
  waiting: (reason: string) => void,
): Promise<GuardRecord | undefined> {
  mkdirSync(dir, { recursive: true, mode: 0o755 })
  const endAtMs = performance.now() + remainsTimeoutMs
  let reported = false
  for (;;) {
    if (tryCreate(dir, own)) return undefined
    const holder = readGuardRecord(dir)
    if (holder === undefined) continue
    if (isAlive(holder.guard)) {
      if (!isLeaving(holder) || performance.now() >= endAtMs) return holder
      if (!reported) waiting(`the previous run (process ${holder.launcher.pid}) is still being stopped`)
      reported = true
      await delay(100)
      continue
    }
    await inTakeover(dir, async () => {
      // Another launcher may have taken the directory meanwhile.
      const stale = readGuardRecord(dir)
      if (stale === undefined || isAlive(stale.guard)) return
      await killRemains(stale.processes)
      rmSync(join(dir, guardFileName), { force: true })
    })
  }
}

/** Unlocks a directory. */
export function releaseDirectory(dir: string): void {
  rmSync(join(dir, guardFileName), { force: true })
}

/** Replaces the record, e.g. after a process was started. */
export function updateRecord(dir: string, record: GuardRecord): void {
  writeJson(join(dir, guardFileName), record)
}

/**
 * Stops the processes of a guard that has ended, higher stages first, and kills those that exceed their time. A process
 * that merely has the same id is not touched.
 */
export async function killRemains(processes: RecordedProcess[]): Promise<void> {
  const stages = [...new Set(processes.map(one => one.stage))].sort((a, b) => b - a)
  for (const stage of stages) {
    const remains = processes.filter(one => one.stage === stage && isAlive(one))
    for (const one of remains) signalGroup(one.pid, one.stopSignal, one.pid)
    const endAtMs = performance.now() + Math.max(0, ...remains.map(one => one.stopTimeoutMs))
    while (remains.some(isAlive) && performance.now() < endAtMs) await delay(50)
    for (const one of remains.filter(isAlive)) signalGroup(one.pid, 'SIGKILL', -one.pid)
    while (remains.some(isAlive)) await delay(50)
  }
}

/**
 * Stops the guard of a directory with its processes, and waits for their end. Also stops the processes of a guard that was
 * killed.
 *
 * @param isOurs selects the guards to stop; all by default
 * @returns the record of the stopped guard, or undefined where none ran
 */
export async function stopGuard(
  dir: string,
  isOurs: (record: GuardRecord) => boolean = () => true,
): Promise<GuardRecord | undefined> {
  const record = readGuardRecord(dir)
  if (record === undefined || !isOurs(record)) return undefined
  if (isAlive(record.guard)) {
    process.kill(record.guard.pid, 'SIGTERM')
    while (isAlive(record.guard)) await delay(50)
  }
  const left = readGuardRecord(dir)
  if (left?.guard.pid === record.guard.pid) {
    await killRemains(left.processes)
    releaseDirectory(dir)
  }
  return record
}

/** Sends a signal; a process that has ended is no error. `target` is the process id, or negative for the group. */
export function signalGroup(pid: number, signal: NodeJS.Signals, target: number): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    // macOS returns EPERM for a group of zombies.
    if (code !== 'ESRCH' && code !== 'EPERM') throw new Error(`cannot signal process ${pid}: ${code}`)
  }
}

function isLeaving(record: GuardRecord): boolean {
  return record.stopping || (!record.kept && !isAlive(record.launcher))
}

function tryCreate(dir: string, own: GuardRecord): boolean {
  const draft = join(dir, `${guardFileName}.${process.pid}.new`)
  writeFileSync(draft, `${JSON.stringify(own, null, 2)}\n`, { mode: 0o600 })
  try {
    // A hard link appears together with its content, unlike a file that is created exclusively.
    linkSync(draft, join(dir, guardFileName))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(draft)
  }
}

async function inTakeover(dir: string, work: () => Promise<void>): Promise<void> {
  const marker = join(dir, 'guard.takeover')
  try {
    mkdirSync(marker)
  } catch {
    const age = statSync(marker, { throwIfNoEntry: false })
    if (age !== undefined && Date.now() - age.mtimeMs > takeoverStaleMs)
      rmSync(marker, { recursive: true, force: true })
    await delay(50)
    return
  }
  try {
    await work()
  } finally {
    rmdirSync(marker)
  }
}

/** The identity of this process. */
export function ownIdentity(): { pid: number; startedAt: string } {
  const own = identify(process.pid)
  if (own === undefined) throw new Error('this process can’t read its own state: is /proc mounted?')
  return own
}
