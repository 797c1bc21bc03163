import type { Items } from '../load/shop.ts'
import { systemCpuMs } from '../measure/meter.ts'
import { median, medians, round } from '../measure/statistics.ts'
import { type CheckoutRound, manySkus } from './measure-checkouts.ts'
import { onSystem } from './on-system.ts'
import { inRounds } from './rounds.ts'
import type { Context } from './scenario.ts'

const linesPerOrder = 5

/** Five different SKUs an order; neighbouring orders share four of them. */
const baskets: Items[] = manySkus.map((_, first) =>
  Array.from({ length: linesPerOrder }, (_line, line) => ({
    sku: manySkus[(first + line) % manySkus.length]!,
    quantity: 1,
  })),
)

/** Orders of five lines, compared, round by round, with orders of one. */
export function runMultiSku(context: Context) {
  const { orders, shoppers, rounds } = context.options
  return onSystem(context, {}, async ({ checkouts }) => {
    const measured = await inRounds(rounds, async () => {
      const one = await checkouts.run(orders, shoppers)
      const five = await checkouts.run(orders, shoppers, baskets)
      context.log(`one line ${one.ordersPerSecond} orders/s, ${linesPerOrder} lines ${five.ordersPerSecond}`)
      return { one, five }
    })
    const one = sumUp(measured.map(round => round.one))
    const five = sumUp(measured.map(round => round.five))
    const ratio = round(five.ordersPerSecond / one.ordersPerSecond)
    return { orders, shoppers, rounds, linesPerOrder, oneLine: one, fiveLines: five, ratio, marks: [] }
  })
}

function sumUp(rounds: readonly CheckoutRound[]) {
  return {
    ordersPerSecond: round(median(rounds.map(one => one.ordersPerSecond))),
    placeMs: medians(rounds.map(one => ({ ...one.place }))),
    systemCpuMsPerOrder: round(median(rounds.map(one => systemCpuMs(one.cpuMsPerOrder)))),
    walBytesPerOrder: round(median(rounds.map(one => one.walBytesPerOrder))),
  }
}
