import { type BenchSystem, systemParts } from '../system/bench-system.ts'
import { cpuTimes } from './cpu-time.ts'
import { type MachineUse, machineClocks, machineUse } from './machine-use.ts'
import { walPosition } from './postgres-meter.ts'
import { round } from './statistics.ts'

/** What a load cost the machine. */
export interface Cost {
  /** CPU time by process, ms. */
  cpuMs: Record<string, number>
  walBytes: number
  /** Of the wall, with everything that was still under way when the load had ended. */
  elapsedMs: number
  /** Where the system tells. */
  machine: MachineUse | undefined
}

/** Measures what all processes use while `work` goes on; it should end only when nothing is under way any more. */
export async function measure<T>(system: BenchSystem, work: () => Promise<T>): Promise<{ result: T; cost: Cost }> {
  const processes = system.processes()
  const walBefore = await walPosition(system.sql)
  const clocksBefore = machineClocks()
  const ownBefore = process.cpuUsage()
  const cpuBefore = cpuTimes(processes)
  const since = performance.now()
  const result = await work()
  const elapsedMs = performance.now() - since
  const cpuAfter = cpuTimes(processes)
  const own = process.cpuUsage(ownBefore)
  const clocksAfter = machineClocks()
  const walBytes = (await walPosition(system.sql)) - walBefore
  const cpuMs = Object.fromEntries([...cpuAfter].map(([name, after]) => [name, after - (cpuBefore.get(name) ?? 0)]))
  const measuredMs = Object.values(cpuMs).reduce((sum, ms) => sum + ms, (own.user + own.system) / 1_000)
  const machine = clocksBefore && clocksAfter && machineUse(clocksBefore, clocksAfter, measuredMs)
  return { result, cost: { cpuMs, walBytes, elapsedMs, machine } }
}

/** CPU time by process for each of `count` things, ms, the dearest first. */
export function cpuMsEach({ cpuMs }: Cost, count: number): Record<string, number> {
  const each = Object.entries(cpuMs).map(([name, ms]) => [name, round(ms / count)] as const)
  return Object.fromEntries(each.sort(([, a], [, b]) => b - a))
}

/** What the system itself uses of it: without Alipay and the load. */
export function systemCpuMs(cpuMsByProcess: Readonly<Record<string, number>>): number {
  const parts = Object.entries(cpuMsByProcess).filter(([name]) => systemParts.some(part => isOf(name, part)))
  return round(parts.reduce((sum, [, ms]) => sum + ms, 0))
}

/** Further copies of a service have its name and a number. */
function isOf(process: string, part: string): boolean {
  return process === part || process.startsWith(`${part} `)
}
