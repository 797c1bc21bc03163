import { setTimeout as delay } from 'node:timers/promises'
import { killRemains, readGuardRecord, releaseDirectory } from './lock.ts'
import { isAlive } from './process-identity.ts'
import type { GuardRecord } from './protocol.ts'

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
