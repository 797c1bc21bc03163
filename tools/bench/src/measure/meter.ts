import type { BenchSystem } from '../bench-system.ts'
import { cpuTimes } from './cpu-time.ts'
import { lostPercent, machineTicks } from './machine.ts'
import { round } from './statistics.ts'

/** The programs whose CPU time counts as the system's. */
const systemProcesses = [
  'gateway',
  'order-service',
  'payment-service',
  'inventory-service',
  'postgres',
  'kafka',
  'redis',
] as const

/** What a load cost. */
export interface Cost {
  /** CPU time by process, ms. */
  cpuMs: Record<string, number>
  walBytes: number
  elapsedMs: number
  /** Share of the machine that other processes and the host used, percent. */
  lostPercent: number
}

/**
 * Measures what all processes use during `work`, which should end when no order is under way any more. `further` are
 * processes beside the system's own, by the same names: they are counted together.
 */
export async function measure<T>(
  system: BenchSystem,
  work: () => Promise<T>,
  further: ReadonlyMap<string, number> = new Map(),
): Promise<{ result: T; cost: Cost }> {
  const processes = [system.processes(), further]
  const walBefore = await system.walPosition()
  const ticksBefore = machineTicks()
  const ownBefore = process.cpuUsage()
  const cpuBefore = processes.map(cpuTimes)
  const since = performance.now()
  const result = await work()
  const elapsedMs = performance.now() - since
  const cpuAfter = processes.map(cpuTimes)
  const own = process.cpuUsage(ownBefore)
  const ticksAfter = machineTicks()
  const walBytes = (await system.walPosition()) - walBefore
  const cpuMs: Record<string, number> = {}
  for (const [index, times] of cpuAfter.entries()) {
    for (const [name, after] of times) cpuMs[name] = (cpuMs[name] ?? 0) + after - (cpuBefore[index]?.get(name) ?? 0)
  }
  // This process is the load.
  cpuMs.load = (own.user + own.system) / 1_000
  const measuredMs = Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0)
  return { result, cost: { cpuMs, walBytes, elapsedMs, lostPercent: lostPercent(ticksBefore, ticksAfter, measuredMs) } }
}

/** CPU time of the system for each of `count` orders, ms: without Alipay and the load. */
export function systemCpuMs({ cpuMs }: Pick<Cost, 'cpuMs'>, count: number): number {
  return round(systemProcesses.reduce((sum, name) => sum + (cpuMs[name] ?? 0), 0) / count)
}
