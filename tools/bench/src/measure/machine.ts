import { execFileSync } from 'node:child_process'
import { createSign, generateKeyPairSync } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { median, round } from './statistics.ts'

/** What this machine can do, to compare results of different machines. */
export interface Machine {
  cores: number
  cpu: string
  memoryGiB: number
  node: string
  /** RSA-2048 signatures with SHA-256 of one core. */
  rsaSignsPerSecond: number
  /** Median duration of a write of 8 KiB and its sync, ms: what a commit waits for. */
  diskSyncMs: number
}

/** The machine that the targets for CPU time refer to. */
export const referenceSignsPerSecond = 3_900

const signingMs = 1_000
const syncs = 200

/**
 * Measures the machine, which should be idle. Takes about a second.
 *
 * @param dir on the disk of the databases; a file is created there and removed
 */
export function calibrate(dir: string): Machine {
  const found = cpus()
  return {
    cores: found.length,
    cpu: found[0]?.model ?? 'unknown',
    memoryGiB: round(totalmem() / 2 ** 30),
    node: process.version,
    rsaSignsPerSecond: signsPerSecond(),
    diskSyncMs: diskSyncMs(dir),
  }
}

function signsPerSecond(): number {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const sign = () => createSign('RSA-SHA256').update('calibration').sign(privateKey)
  for (let warm = 0; warm < 20; warm++) sign()
  const before = process.cpuUsage()
  const endAt = performance.now() + signingMs
  let count = 0
  for (; performance.now() < endAt; count++) sign()
  // By CPU time, so that other processes do not make the core appear slower.
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
    return median(times)
  } finally {
    closeSync(descriptor)
    rmSync(file)
  }
}

/** Resident memory of a process, MiB; 0 where it has ended. */
export function residentMiB(pid: number): number {
  try {
    const kib =
      process.platform === 'linux'
        ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
    return round(Number(kib ?? 0) / 1024)
  } catch {
    return 0
  }
}

/** CPU time of the whole machine so far, in ticks: `busy` by processes, `stolen` by the host of a virtual machine. */
export interface MachineTicks {
  busy: number
  stolen: number
  total: number
}

/** Zeros where the system is not Linux. */
export function machineTicks(): MachineTicks {
  if (process.platform !== 'linux') return { busy: 0, stolen: 0, total: 0 }
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0, stolen = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  const busy = user + nice + system + interrupts + soft
  return { busy, stolen, total: busy + idle + waiting + stolen }
}

/**
 * The share of the machine that other processes and the host used between two readings, percent.
 *
 * @param measuredMs CPU time of the measured processes
 */
export function lostPercent(before: MachineTicks, after: MachineTicks, measuredMs: number): number {
  const total = after.total - before.total
  const others = Math.max(0, after.busy - before.busy - measuredMs / 10)
  return total === 0 ? 0 : round(((others + after.stolen - before.stolen) / total) * 100)
}
