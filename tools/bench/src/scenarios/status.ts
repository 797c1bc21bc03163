import { measure } from '../measure/meter.ts'
import { medians, summarise } from '../measure/statistics.ts'
import { singleLines } from './measure-checkouts.ts'
import { onSystem } from './on-system.ts'
import { inRounds, loadFigures, middleOf } from './rounds.ts'
import { type Context, describeFailures } from './scenario.ts'

/** Orders that are read, over and over. */
const ordersRead = 500
/** A read costs a small part of what an order does. */
const readsPerOrder = 4

/** `GET /api/orders/{id}/status` by owners who wait. */
export function runStatus(context: Context) {
  const { orders, shoppers, rounds } = context.options
  const requests = orders * readsPerOrder
  return onSystem(context, {}, async ({ system }) => {
    const placed = await system.load.ask('placeUnopened', { orders: ordersRead, shoppers, baskets: singleLines })
    const measured = await inRounds(rounds, async () => {
      const { result, cost } = await measure(system, () =>
        system.load.ask('status', { orders: placed.placed, requests, readers: shoppers }),
      )
      const figures = loadFigures(result.done, result.elapsedMs, cost)
      context.log(`${figures.perSecond} reads/s`)
      return { ...figures, latency: { ...summarise(result.answerMs) }, failures: result.failures }
    })
    const { perSecond, walBytesEach: _none, ...cost } = middleOf(measured)
    return {
      readers: shoppers,
      requests,
      rounds,
      readsPerSecond: perSecond,
      latencyMs: medians(measured.map(one => one.latency)),
      ...cost,
      marks: [],
      broken: describeFailures([...placed.failures, ...measured.flatMap(one => one.failures)]),
    }
  })
}
