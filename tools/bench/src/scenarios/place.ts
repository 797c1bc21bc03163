import { measure } from '../measure/meter.ts'
import { medians, summarise } from '../measure/statistics.ts'
import { singleLines } from './measure-checkouts.ts'
import { onSystem } from './on-system.ts'
import { inRounds, loadFigures, middleOf } from './rounds.ts'
import { type Context, describeFailures } from './scenario.ts'

/** Orders that are placed, with their stock's verdict and the signed URL, and then left alone. */
export function runPlace(context: Context) {
  const { orders, shoppers, rounds } = context.options
  return onSystem(context, {}, async ({ system }) => {
    const measured = await inRounds(rounds, async () => {
      const { result, cost } = await measure(system, () =>
        system.load.ask('place', { orders, shoppers, baskets: singleLines }),
      )
      const figures = loadFigures(result.done, result.elapsedMs, cost)
      context.log(`${figures.perSecond} orders/s placed`)
      return {
        ...figures,
        latency: { ...summarise(result.placeMs) },
        failures: result.failures,
        soldOut: result.soldOut,
      }
    })
    const soldOut = measured.some(one => one.soldOut > 0) ? ['orders were refused though there was plenty'] : []
    const { perSecond, ...cost } = middleOf(measured)
    return {
      orders,
      shoppers,
      rounds,
      ordersPerSecond: perSecond,
      latencyMs: medians(measured.map(one => one.latency)),
      ...cost,
      marks: [],
      broken: [...describeFailures(measured.flatMap(one => one.failures)), ...soldOut],
    }
  })
}
