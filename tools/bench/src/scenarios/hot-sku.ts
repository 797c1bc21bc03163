import { measure, systemCpuMs as systemCpuMsOf } from '../measure/meter.ts'
import { median, round } from '../measure/statistics.ts'
import type { BenchSystem } from '../system/bench-system.ts'
import { readStock } from '../system/books.ts'
import type { Checkouts } from './measure-checkouts.ts'
import { onSystem } from './on-system.ts'
import { inRounds, loadFigures } from './rounds.ts'
import { atLeast, below, type Context, describeFailures } from './scenario.ts'

/** Everybody wants the same thing: compared, round by round, with the same load on many SKUs. */
export function runHotSku(context: Context) {
  const { orders, shoppers, rounds } = context.options
  return onSystem(context, {}, async ({ system, checkouts }) => {
    const measured = await inRounds(rounds, async index => {
      const many = await checkouts.run(orders, shoppers)
      const sku = `hot-${index}`
      await system.stockUp({ skus: [sku], unitsEach: orders })
      const hot = await checkouts.run(orders, shoppers, [[{ sku, quantity: 1 }]])
      context.log(`many SKUs ${many.ordersPerSecond} orders/s, one SKU ${hot.ordersPerSecond}`)
      return { many, hot, wrong: await soldExactly(system, sku, orders) }
    })
    const rush = await runRush(system, checkouts, { units: Math.ceil(orders / 4), shoppers })
    const soldOut = await measureSoldOut(system, { sku: rush.sku, requests: orders, shoppers })
    const middle = (pick: (one: (typeof measured)[number]) => number) => round(median(measured.map(pick)))
    const manyPerSecond = middle(({ many }) => many.ordersPerSecond)
    const hotPerSecond = middle(({ hot }) => hot.ordersPerSecond)
    const orderCpuMs = middle(({ many }) => systemCpuMsOf(many.cpuMsPerOrder))
    const ratio = round(hotPerSecond / manyPerSecond)
    const soldOutShare = Math.round((soldOut.systemCpuMsEach / orderCpuMs) * 1_000) / 1_000
    return {
      orders,
      shoppers,
      rounds,
      manySkus: { ordersPerSecond: manyPerSecond, systemCpuMsPerOrder: orderCpuMs },
      oneSku: {
        ordersPerSecond: hotPerSecond,
        systemCpuMsPerOrder: middle(({ hot }) => systemCpuMsOf(hot.cpuMsPerOrder)),
      },
      ratio,
      rush: { units: rush.units, asked: rush.asked, sold: rush.sold, refused: rush.refused },
      soldOut: { answersPerSecond: soldOut.perSecond, systemCpuMsPerAnswer: soldOut.systemCpuMsEach, soldOutShare },
      marks: [
        atLeast('one SKU ÷ many SKUs', ratio, 0.9),
        below("a sold-out answer's CPU ÷ an order's", soldOutShare, 0.333),
      ],
      broken: [...measured.flatMap(({ wrong }) => wrong), ...rush.wrong, ...soldOut.wrong],
    }
  })
}

/** Twice as many want it as there are units, and who gets one pays: exactly all must be sold. */
async function runRush(
  system: BenchSystem,
  checkouts: Checkouts,
  { units, shoppers }: { units: number; shoppers: number },
) {
  const sku = 'rush'
  await system.stockUp({ skus: [sku], unitsEach: units })
  const asked = units * 2
  const load = await system.load.ask('checkout', { orders: asked, shoppers, baskets: [[{ sku, quantity: 1 }]] })
  checkouts.paid += load.done
  checkouts.units += load.done
  await system.untilSold(checkouts.units)
  const refused = load.failures.filter(reason => reason.includes('answered 409'))
  const others = load.failures.filter(reason => !reason.includes('answered 409'))
  const wrong = [...describeFailures(others), ...(await soldExactly(system, sku, units))]
  return { sku, units, asked, sold: load.done, refused: refused.length, wrong }
}

/** What it costs to say that there is nothing left. */
async function measureSoldOut(
  system: BenchSystem,
  { sku, requests, shoppers }: { sku: string; requests: number; shoppers: number },
) {
  const { result, cost } = await measure(system, () =>
    system.load.ask('place', { orders: requests, shoppers, baskets: [[{ sku, quantity: 1 }]] }),
  )
  const wrong = [
    ...describeFailures(result.failures),
    ...(result.done === 0 ? [] : [`${result.done} units of ${sku} were sold that were not there`]),
  ]
  return { ...loadFigures(result.soldOut, result.elapsedMs, cost), wrong }
}

async function soldExactly(system: BenchSystem, sku: string, units: number): Promise<string[]> {
  const stock = await readStock(system.databases.inventory, sku)
  const right = stock.sold === units && stock.held === 0 && stock.available === 0
  return right ? [] : [`of ${units} units of ${sku}, ${JSON.stringify(stock)}`]
}
