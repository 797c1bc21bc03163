import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process, distinguishable from a later one with the same id. */
export interface ProcessIdentity {
  pid: number
  /** Start time as the operating system reports it. Only compared, never parsed. */
  startedAt: string
}

/** The identity of a running process, or undefined where there is none. A zombie does not run. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** Whether this process still runs. A later process with the same id does not count. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt
}

function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may contain spaces and parentheses: fields are counted after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${bootId()}:${fields[19]}`
  } catch {
    return undefined
  }
}

// Start times are relative to the boot, so they repeat after a reboot.
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

function startByPs(pid: number): string | undefined {
  try {
    const options = { encoding: 'utf8', env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' } } as const
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim()
    const [state = '', ...start] = text.split(/\s+/)
    return text === '' || state.startsWith('Z') ? undefined : start.join(' ')
  } catch {
    return undefined
  }
}
