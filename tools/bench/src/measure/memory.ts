import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { round } from './statistics.ts'

/** Resident memory of each named process, MiB. One that has ended is left out. */
export function residentMiB(processes: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries(
    [...processes].flatMap(([name, pid]) => {
      const kib = residentKib(pid)
      return kib === undefined ? [] : [[name, round(kib / 1024)]]
    }),
  )
}

function residentKib(pid: number): number | undefined {
  try {
    const text =
      process.platform === 'linux'
        ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
    return text === undefined ? undefined : Number(text)
  } catch {
    return undefined
  }
}
