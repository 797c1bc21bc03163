import { systemCpuMs } from '../measure/meter.ts'
import { median, round } from '../measure/statistics.ts'
import { openReplicas } from '../system/replicas.ts'
import { onSystem } from './on-system.ts'
import { inRounds } from './rounds.ts'
import type { Context } from './scenario.ts'

/** Those that share what Kafka brings. The gateway's requests go to the first of each. */
const replicated = ['order-service', 'payment-service', 'inventory-service'] as const
const copies = [1, 2, 4]
/** After replicas came, for partitions to be shared anew and code to be compiled. */
const warmUpShare = 0.5

/** Whole checkouts with more and more copies of the services that consume. */
export function runGrowth(context: Context) {
  const { orders, shoppers, rounds, warmUp } = context.options
  return onSystem(context, {}, async ({ system, checkouts }) => {
    const replicas = await openReplicas(system)
    try {
      const steps = []
      for (const count of copies) {
        for (const name of replicated) {
          for (let have = replicas.count(name); have < count - 1; have++) await replicas.start(name)
        }
        await checkouts.run(Math.ceil(warmUp * warmUpShare), shoppers)
        const measured = await inRounds(rounds, () => checkouts.run(orders, shoppers))
        const ordersPerSecond = round(median(measured.map(one => one.ordersPerSecond)))
        context.log(`${count} of each: ${ordersPerSecond} orders/s`)
        steps.push({
          copies: count,
          ordersPerSecond,
          systemCpuMsPerOrder: round(median(measured.map(one => systemCpuMs(one.cpuMsPerOrder)))),
        })
      }
      return { replicated: [...replicated], orders, shoppers, rounds, steps, marks: [] }
    } finally {
      await replicas.stop()
    }
  })
}
