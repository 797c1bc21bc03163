import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface ProcessTime {
  pid: number
  parent: number
  /** Of the process and its ended children. */
  cpuMs: number
}

/** CPU time of each named process, its children included, ms. */
export function cpuTimes(processes: ReadonlyMap<string, number>): Map<string, number> {
  const all = process.platform === 'linux' ? fromProc() : fromPs()
  const children = Map.groupBy(all, ({ parent }) => parent)
  const own = new Map(all.map(one => [one.pid, one.cpuMs]))
  const sum = (pid: number): number =>
    (own.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child.pid), 0)
  return new Map([...processes].map(([name, pid]) => [name, sum(pid)]))
}

/** Linux counts in ticks of 10 ms. */
const msPerTick = 10

function fromProc(): ProcessTime[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // Fields are counted after the command's name, which is in parentheses and may contain anything.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0)
        return [{ pid: Number(name), parent: Number(fields[1]), cpuMs: ticks * msPerTick }]
      } catch {
        // The process has ended meanwhile.
        return []
      }
    })
}

function fromPs(): ProcessTime[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,time='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map(line => {
    const [pid, parent, time = ''] = line.trim().split(/\s+/)
    const seconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0)
    return { pid: Number(pid), parent: Number(parent), cpuMs: seconds * 1000 }
  })
}
