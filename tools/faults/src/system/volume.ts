import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Guard, startGuard } from '@alipay-checkout/launcher'
import { inheritedEnvironment } from '@alipay-checkout/test-support'

/** A folder with a file system of its own, small enough to be filled. */
export interface Volume {
  /** Fills it to the last byte. */
  fill(): void
  /** Frees what `fill` has taken. */
  free(): void
  /** Unmounts it. `keep` copies its files into the folder first. No process may use it any more. */
  remove(options: { keep: boolean }): Promise<void>
}

/** Mounts, and unmounts on SIGTERM, which the guard sends whatever ends the run. */
const holder = `
trap 'umount -l "$1"; exit 0' TERM INT
mount -t tmpfs -o "size=$2,mode=755" tmpfs "$1" || exit 1
echo mounted
while :; do sleep 3600 & wait $!; done`

const everyMs = 20
const pieceBytes = 1024 * 1024

/**
 * Gives a folder a file system in memory. Only root may do that, and not in every container.
 *
 * @param folder made if it is not there; must be empty
 * @param guardDir holds the guard's files
 * @throws Error with the reason why there can be none
 */
export async function openVolume(folder: string, guardDir: string, sizeMb: number): Promise<Volume> {
  mkdirSync(folder, { recursive: true })
  const guard = await startGuard(guardDir, 'a volume', () => {})
  try {
    await mount(guard, { folder, sizeMb, logFile: join(guardDir, 'logs', 'volume.log'), cwd: guardDir })
  } catch (error) {
    await guard.stop()
    throw error
  }
  const filler = join(folder, 'filler')
  const free = () => rmSync(filler, { force: true })
  return {
    free,
    fill() {
      const file = openSync(filler, 'w')
      try {
        for (let bytes = pieceBytes; bytes >= 1; ) bytes = fits(file, bytes) ? bytes : Math.floor(bytes / 8)
      } finally {
        closeSync(file)
      }
    },
    async remove({ keep }) {
      free()
      const copy = `${folder}.kept`
      // With owners, because PostgreSQL's files belong to another user.
      if (keep) execFileSync('cp', ['-a', folder, copy])
      await guard.stop()
      if (!keep) return
      rmSync(folder, { recursive: true, force: true })
      renameSync(copy, folder)
    },
  }
}

async function mount(
  guard: Guard,
  { folder, sizeMb, logFile, cwd }: { folder: string; sizeMb: number; logFile: string; cwd: string },
): Promise<void> {
  rmSync(logFile, { force: true })
  const running = await guard.spawn({
    name: 'volume',
    command: 'sh',
    args: ['-c', holder, 'volume', folder, `${sizeMb}m`],
    cwd,
    env: inheritedEnvironment(),
    logFile,
    kind: 'task',
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 5_000,
    stage: 0,
  })
  const ended = running.exited.then(() => true)
  const output = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8').trim() : '')
  while (!output().includes('mounted')) {
    if (await Promise.race([ended, delay(everyMs)])) throw new Error(output() || 'mount failed')
  }
}

function fits(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes, 1)) === bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
