import { readFileSync } from 'node:fs'
import { round } from './statistics.ts'

/** How the machine's time was spent while something was measured, as shares of 1. */
export interface MachineUse {
  /** Nobody had anything to do, or waited for the disk. */
  idle: number
  /** Taken away by the host below a virtual machine. */
  stolen: number
  /** Used by processes that are not measured: what disturbs. */
  others: number
}

/** The machine's clocks so far, ms; undefined where the system keeps none that we can read. */
export interface MachineClocks {
  idleMs: number
  stolenMs: number
  busyMs: number
}

/** Linux counts in ticks of 10 ms. */
const msPerTick = 10

/** Reads the machine's clocks. */
export function machineClocks(): MachineClocks | undefined {
  if (process.platform !== 'linux') return undefined
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  const ticks = line.trim().split(/\s+/).slice(1).map(Number)
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0, stolen = 0] = ticks
  const ms = (...parts: number[]) => parts.reduce((sum, part) => sum + part, 0) * msPerTick
  return { idleMs: ms(idle, waiting), stolenMs: ms(stolen), busyMs: ms(user, nice, system, interrupts, soft) }
}

/** What happened between two looks, of which `measuredMs` was used by the measured processes. */
export function machineUse(before: MachineClocks, after: MachineClocks, measuredMs: number): MachineUse {
  const idleMs = after.idleMs - before.idleMs
  const stolenMs = after.stolenMs - before.stolenMs
  const busyMs = after.busyMs - before.busyMs
  const allMs = idleMs + stolenMs + busyMs
  const share = (ms: number) => (allMs === 0 ? 0 : round(Math.max(0, ms) / allMs))
  return { idle: share(idleMs), stolen: share(stolenMs), others: share(busyMs - measuredMs) }
}
