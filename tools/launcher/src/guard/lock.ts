import { linkSync, mkdirSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readJson, writeJson } from '../json-file.ts'
import { identify, isAlive } from './process-identity.ts'
import { type GuardRecord, guardFileName, type RecordedProcess } from './protocol.ts'

/** How long the remains of a killed launcher may take to go away: more than every stop timeout together. */
const remainsTimeoutMs = 90_000
/** A takeover is a matter of milliseconds: an older one was left by a process that died in it. */
const takeoverStaleMs = 30_000

/** The record of the directory's holder, or undefined where nobody holds it. A dead holder's record is given back too. */
export function readGuardRecord(dir: string): GuardRecord | undefined {
  return readJson<GuardRecord>(join(dir, guardFileName))
}

/** The record of a holder that is alive and is not on its way out, or undefined. */
export function runningGuard(dir: string): GuardRecord | undefined {
  const record = readGuardRecord(dir)
  return record !== undefined && isAlive(record.guard) && !isLeaving(record) ? record : undefined
}

/**
 * Takes a directory for one guard. Waits for a holder that is stopping, cleans up after one that died.
 *
 * @param waiting told once why it takes long
 * @returns undefined when the directory is ours now, or the record of the holder that goes on
 */
export async function takeDirectory(
  dir: string,
  own: GuardRecord,
  waiting: (reason: string) => void,
): Promise<GuardRecord | undefined> {
  mkdirSync(dir, { recursive: true, mode: 0o755 })
  const endAtMs = performance.now() + remainsTimeoutMs
  let told = false
  for (;;) {
    if (tryCreate(dir, own)) return undefined
    const holder = readGuardRecord(dir)
    if (holder === undefined) continue
    if (isAlive(holder.guard)) {
      if (!isLeaving(holder) || performance.now() >= endAtMs) return holder
      if (!told) waiting(`the run before (process ${holder.launcher.pid}) is still being stopped`)
      told = true
      await delay(100)
      continue
    }
    await inTakeover(dir, async () => {
      // Looked at again: somebody else may have been faster.
      const stale = readGuardRecord(dir)
      if (stale === undefined || isAlive(stale.guard)) return
      await killRemains(stale.processes)
      rmSync(join(dir, guardFileName), { force: true })
    })
  }
}

/** Gives the directory back. */
export function releaseDirectory(dir: string): void {
  rmSync(join(dir, guardFileName), { force: true })
}

/** Writes the holder's record anew, e.g. after a process was started. */
export function updateRecord(dir: string, record: GuardRecord): void {
  writeJson(join(dir, guardFileName), record)
}

/**
 * Stops processes that were recorded by a guard that is gone. A number that now belongs to another process is left alone.
 * Later stages go first; whatever does not go within its time is killed.
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

/** Sends a signal and takes "no such process" for an answer. `target` is the process, or its group when negative. */
export function signalGroup(pid: number, signal: NodeJS.Signals, target: number): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    // macOS answers EPERM for a group that has only zombies left.
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
    // A link, unlike an exclusive create, appears with its content.
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
  const mark = join(dir, 'guard.takeover')
  try {
    mkdirSync(mark)
  } catch {
    const age = statSync(mark, { throwIfNoEntry: false })
    if (age !== undefined && Date.now() - age.mtimeMs > takeoverStaleMs) rmSync(mark, { recursive: true, force: true })
    await delay(50)
    return
  }
  try {
    await work()
  } finally {
    rmdirSync(mark)
  }
}

/** This process, for a record. */
export function ownIdentity(): { pid: number; startedAt: string } {
  const own = identify(process.pid)
  if (own === undefined) throw new Error('this process cannot see itself: is /proc mounted?')
  return own
}
