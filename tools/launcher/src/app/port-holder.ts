import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The process that listens on a TCP port, for a message; undefined where the system does not show it. */
export function portHolder(port: number): string | undefined {
  const pid = process.platform === 'linux' ? holderOnLinux(port) : holderByLsof(port)
  return pid === undefined ? undefined : `process ${pid} (${commandOf(pid)})`
}

function holderOnLinux(port: number): string | undefined {
  const inodes = new Set([...listeners('/proc/net/tcp', port), ...listeners('/proc/net/tcp6', port)])
  if (inodes.size === 0) return undefined
  return entries('/proc').find(
    pid => /^\d+$/.test(pid) && entries(`/proc/${pid}/fd`).some(fd => holds(pid, fd, inodes)),
  )
}

function holds(pid: string, fd: string, inodes: Set<string>): boolean {
  try {
    return inodes.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? '')
  } catch {
    return false
  }
}

function listeners(table: string, port: number): string[] {
  const listening = '0A'
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readText(table)
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[1]?.endsWith(suffix) && fields[3] === listening)
    .map(fields => fields[9] ?? '')
}

function holderByLsof(port: number): string | undefined {
  try {
    const text = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' })
    return text.trim().split('\n')[0] || undefined
  } catch {
    return undefined
  }
}

function commandOf(pid: string): string {
  try {
    const text = execFileSync('ps', ['-o', 'command=', '-p', pid], { encoding: 'utf8' })
    return text.trim().slice(0, 100)
  } catch {
    return 'name unknown'
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
