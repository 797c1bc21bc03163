import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * The local TCP ports of a process' sockets, by which a proxy's client is found. Linux only, from /proc.
 *
 * @returns empty where the process is gone
 */
export function localPortsOf(pid: number): Set<number> {
  const inodes = socketInodesOf(pid)
  const ports = new Set<number>()
  for (const table of ['tcp', 'tcp6']) {
    for (const { inode, port } of parseSocketTable(readText(`/proc/${pid}/net/${table}`))) {
      if (inodes.has(inode)) ports.add(port)
    }
  }
  return ports
}

/** The rows of /proc/net/tcp: each socket's inode and local port. Pure. */
export function parseSocketTable(text: string): { inode: string; port: number }[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const fields = line.trim().split(/\s+/)
      const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)
      const inode = fields[9]
      return Number.isNaN(port) || inode === undefined ? [] : [{ inode, port }]
    })
}

function socketInodesOf(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`
  const links = list(folder).map(name => readLink(`${folder}/${name}`))
  return new Set(links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}

// A process and its files may go while they are looked at.
function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
