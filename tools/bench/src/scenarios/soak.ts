import { residentMiB } from '../measure/memory.ts'
import { median, round, slope } from '../measure/statistics.ts'
import { services } from '../system/bench-system.ts'
import { onSystem } from './on-system.ts'
import { below, type Context } from './scenario.ts'

/** Memory and rate at one moment of the run. */
interface Look {
  seconds: number
  orders: number
  ordersPerSecond: number
  memoryMiB: Record<string, number>
}

/** Whole checkouts for long: what memory does, and whether the last orders are as fast as the first. */
export function runSoak(context: Context) {
  const { orders, shoppers, seconds } = context.options
  return onSystem(context, {}, async ({ system, checkouts }) => {
    const startedAt = performance.now()
    const secondsNow = () => Math.round((performance.now() - startedAt) / 1_000)
    const looks: Look[] = []
    while (secondsNow() < seconds) {
      const measured = await checkouts.run(orders, shoppers)
      const look = {
        seconds: secondsNow(),
        orders: checkouts.paid,
        ordersPerSecond: measured.ordersPerSecond,
        memoryMiB: residentMiB(system.processes()),
      }
      looks.push(look)
      context.log(`${look.seconds} s: ${look.ordersPerSecond} orders/s, ${describeMemory(look)}`)
    }
    const secondHalf = looks.slice(looks.length >> 1)
    const growth = Object.fromEntries(
      services.map(name => [
        name,
        round(slope(secondHalf.map(look => [look.orders / 1_000, look.memoryMiB[name] ?? 0]))),
      ]),
    )
    const last = looks.at(-1)
    return {
      seconds: secondsNow(),
      orders: checkouts.paid,
      ordersPerSecond: round(median(looks.map(look => look.ordersPerSecond))),
      growthMiBPerThousandOrders: growth,
      looks,
      marks: services.map(name => below(`memory of ${name} at the end, MiB`, last?.memoryMiB[name] ?? 0, 200)),
    }
  })
}

function describeMemory({ memoryMiB }: Look): string {
  return services.map(name => `${name} ${Math.round(memoryMiB[name] ?? 0)} MiB`).join(', ')
}
