import { measure } from '../measure/meter.ts'
import { median, medians, perSecond, round, summarise } from '../measure/statistics.ts'
import { singleLines } from './measure-checkouts.ts'
import { onSystem, type Stage } from './on-system.ts'
import { inRounds, loadFigures } from './rounds.ts'
import { below, type Context } from './scenario.ts'

/** Of the highest rate that was measured. */
const pace = 0.7
const seconds = { usual: 30, quick: 10 }
/** Requests that may be under way: a stumble must not keep later orders from being sent. */
export const pacedConnections = 256

/** The highest rate of whole checkouts, as measured now, per second. */
export async function highestRate({ options }: Context, { checkouts }: Stage): Promise<number> {
  const { orders, shoppers, rounds } = options
  const measured = await inRounds(Math.min(rounds, 2), () => checkouts.run(orders, shoppers))
  return Math.max(...measured.map(one => one.ordersPerSecond))
}

/** Orders come at a fixed pace, whatever became of those before. */
export function runPaced(context: Context) {
  const { options, log } = context
  return onSystem(context, { connections: pacedConnections }, async stage => {
    const { system, checkouts } = stage
    const highest = await highestRate(context, stage)
    const ordersPerSecond = round(highest * pace)
    const length = options.quick ? seconds.quick : seconds.usual
    const measured = await inRounds(options.rounds, async () => {
      const { result, cost } = await measure(system, async () => {
        const load = await system.load.ask('paced', { ordersPerSecond, seconds: length, baskets: singleLines })
        checkouts.paid += load.done
        checkouts.units += load.done
        await system.untilSold(checkouts.units)
        return load
      })
      checkouts.failures.push(...result.failures)
      const place = summarise(result.placeMs)
      log(`${ordersPerSecond} orders/s wanted: place p50 ${place.p50} ms, p99 ${place.p99} ms`)
      return {
        place,
        checkout: summarise(result.checkoutMs),
        late: result.late,
        reached: perSecond(result.done, result.elapsedMs),
        cpu: loadFigures(result.done, result.elapsedMs, cost),
        use: cost.machine,
      }
    })
    const middle = (pick: (one: (typeof measured)[number]) => number) => round(median(measured.map(pick)))
    const placeP99 = middle(one => one.place.p99)
    return {
      highestOrdersPerSecond: highest,
      ordersPerSecond,
      seconds: length,
      late: measured.reduce((sum, one) => sum + one.late, 0),
      reachedOrdersPerSecond: middle(one => one.reached),
      latencyMs: {
        place: { p50: middle(one => one.place.p50), p95: middle(one => one.place.p95), p99: placeP99 },
        checkout: { p50: middle(one => one.checkout.p50), p99: middle(one => one.checkout.p99) },
      },
      systemCpuMsPerOrder: middle(one => one.cpu.systemCpuMsEach),
      machineUse: medians(measured.flatMap(one => (one.use ? [{ ...one.use }] : []))),
      marks: [below(`POST /api/orders p99 at ${pace * 100} % of the highest rate, ms`, placeP99, 150)],
    }
  })
}
