import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** CPU time that a process and its children have used so far, ms. */
interface ProcessTime {
  pid: number
  parent: number
  cpuMs: number
}

/** CPU time used so far by each named process together with everything below it, ms. */
export function cpuTimes(roots: ReadonlyMap<string, number>): Map<string, number> {
  const all = process.platform === 'linux' ? fromProc() : fromPs()
  const children = Map.groupBy(all, ({ parent }) => parent)
  const own = new Map(all.map(one => [one.pid, one.cpuMs]))
  const sum = (pid: number): number =>
    (own.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child.pid), 0)
  return new Map([...roots].map(([name, pid]) => [name, sum(pid)]))
}

/** Linux counts in ticks of 10 ms. */
const msPerTick = 10

function fromProc(): ProcessTime[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The command's name, in parentheses, may hold anything; what follows it is fixed.
        const fields = stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number)
        const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map(index => fields[index] as number)
        const ticks = (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0)
        return [{ pid: Number(name), parent: parent ?? 0, cpuMs: ticks * msPerTick }]
      } catch {
        // It ended while we looked.
        return []
      }
    })
}

function fromPs(): ProcessTime[] {
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,time='], { encoding: 'utf8' })
  return text
    .trim()
    .split('\n')
    .map(line => {
      const [pid, parent, time = ''] = line.trim().split(/\s+/)
      const seconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0)
      return { pid: Number(pid), parent: Number(parent), cpuMs: seconds * 1000 }
    })
}
