import { createSign, generateKeyPairSync } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { median, round } from './statistics.ts'

/** What this machine can do, so that figures of different machines can be compared. */
export interface Machine {
  cores: number
  cpu: string
  memoryGiB: number
  node: string
  /** RSA-2048 signatures with SHA-256 that one core makes in a second. */
  rsaSignsPerSecond: number
  /** From handing 8 KiB to the disk until it has them, the median of some, ms: what a commit waits for. */
  diskSyncMs: number
}

/** The machine whose figures the marks in CPU time are for. */
export const referenceSignsPerSecond = 3_900

const signingMs = 1_000
const syncs = 200

/**
 * Calibrates the machine, which should have nothing else to do meanwhile. Takes little more than a second.
 *
 * @param dir on the disk that the databases use; a file is made there and removed
 */
export function calibrate(dir: string): Machine {
  const [first, ...others] = cpus()
  return {
    cores: others.length + 1,
    cpu: first?.model ?? 'unknown',
    memoryGiB: round(totalmem() / 2 ** 30),
    node: process.version,
    rsaSignsPerSecond: signsPerSecond(),
    diskSyncMs: diskSyncMs(dir),
  }
}

/** CPU time on this machine as it would be on the reference machine, ms. */
export function onReferenceMachine(cpuMs: number, { rsaSignsPerSecond }: Machine): number {
  return round((cpuMs * rsaSignsPerSecond) / referenceSignsPerSecond)
}

function signsPerSecond(): number {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const sign = () => createSign('RSA-SHA256').update('calibration').sign(privateKey)
  for (let warm = 0; warm < 20; warm++) sign()
  const before = process.cpuUsage()
  const endAt = performance.now() + signingMs
  let count = 0
  for (; performance.now() < endAt; count++) sign()
  // By CPU time: a core that something else took for a while did not get slower.
  const { user, system } = process.cpuUsage(before)
  return Math.round((count / (user + system)) * 1_000_000)
}

function diskSyncMs(dir: string): number {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'calibration')
  const descriptor = openSync(file, 'w')
  try {
    const page = Buffer.alloc(8192, 1)
    const times = Array.from({ length: syncs }, () => {
      const since = performance.now()
      writeSync(descriptor, page)
      fdatasyncSync(descriptor)
      return performance.now() - since
    })
    return round(median(times))
  } finally {
    closeSync(descriptor)
    rmSync(file)
  }
}
