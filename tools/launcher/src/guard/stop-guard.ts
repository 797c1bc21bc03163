import { setTimeout as delay } from 'node:timers/promises'
import { killRemains, readGuardRecord, releaseDirectory } from './lock.ts'
import { isAlive } from './process-identity.ts'
import type { GuardRecord } from './protocol.ts'

/**
 * Stops whatever a guard runs in a directory, from outside, and waits until it is gone. Also cleans up after a guard that
 * was killed.
 *
 * @param isOurs which guards to stop; every one by default
 * @returns the record of the one that was stopped, or undefined where nothing ran
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
