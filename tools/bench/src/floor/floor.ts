import { cpuTimes } from '../measure/cpu-time.ts'
import { walPosition } from '../measure/postgres-meter.ts'
import { perSecond, round } from '../measure/statistics.ts'
import type { BenchSystem } from '../system/bench-system.ts'
import { startWorker } from '../worker-process.ts'
import type { FloorJobs } from './worker.ts'

/** As many as a pgbench would be given on a small machine: more sessions than cores keep the disk busy. */
const connections = 32
const batch = { connections: 4, batchSize: 100 }

/** One look at the floor. */
export interface FloorRound {
  ordersPerSecond: number
  batchedOrdersPerSecond: number
  walBytesPerOrder: number
  /** By process, of the orders that were written one by one. */
  cpuMsPerOrder: { postgres: number; 'floor script': number }
}

/** The least durable work that orders need, on the measured system's own server, in a database of its own. */
export interface Floor {
  /** Only to be called while nothing else works. */
  run(): Promise<FloorRound>
  /** Whether every order that was written came to its end. */
  isSound(): Promise<boolean>
  stop(): Promise<void>
}

/** @param seconds how long one by one, and in batches: a pause that Kafka forgives the paused services */
export async function openFloor(system: BenchSystem, seconds: { oneByOne: number; inBatches: number }): Promise<Floor> {
  await system.sql`create database floor`
  const worker = startWorker<FloorJobs>(new URL('./worker.ts', import.meta.url))
  const warmUp = { seconds: 0.5, connections }
  try {
    await worker.ask('open', { url: system.adminUrlOf('floor'), connections })
    await worker.ask('oneByOne', warmUp)
    await worker.ask('inBatches', { ...batch, seconds: warmUp.seconds })
  } catch (error) {
    await worker.stop()
    throw error
  }
  return {
    async run() {
      const processes = new Map([['postgres', system.processes().get('postgres')!]])
      const before = cpuTimes(processes).get('postgres')!
      const walBefore = await walPosition(system.sql)
      const one = await worker.ask('oneByOne', { seconds: seconds.oneByOne, connections })
      const walBytes = (await walPosition(system.sql)) - walBefore
      const postgresMs = cpuTimes(processes).get('postgres')! - before
      const many = await worker.ask('inBatches', { ...batch, seconds: seconds.inBatches })
      return {
        ordersPerSecond: perSecond(one.orders, one.elapsedMs),
        batchedOrdersPerSecond: perSecond(many.orders, many.elapsedMs),
        walBytesPerOrder: Math.round(walBytes / one.orders),
        cpuMsPerOrder: {
          postgres: round(postgresMs / one.orders),
          'floor script': round(one.cpuMs / one.orders),
        },
      }
    },
    async isSound() {
      const counts = await worker.ask('count', undefined as never)
      return counts.every(count => count === counts[0])
    },
    stop: () => worker.stop(),
  }
}
