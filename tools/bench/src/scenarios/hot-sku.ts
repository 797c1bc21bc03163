import { withDatabase } from '@alipay-checkout/test-support'
import { placeOrders, runCheckouts } from '../load/checkouts.ts'
import { measure, systemCpuMs } from '../measure/meter.ts'
import { median, perSecond, round } from '../measure/statistics.ts'
import { atLeast, below, figure } from '../result.ts'
import { type Bench, medianFigure, type Scenario, shoppers } from './scenario.ts'

/** Every shopper buys the same SKU, compared in turns with the same load on many SKUs. */
export const hotSku: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system, sizes, log } = bench
    const rounds = await bench.inRounds(async index => {
      const many = await bench.checkouts()
      const sku = `hot-${index}`
      await system.putOnSale([sku], sizes.orders)
      const hot = await bench.checkouts(sizes.orders, [sku])
      log(`many SKUs ${many.ordersPerSecond} orders/s, one SKU ${hot.ordersPerSecond}`)
      await checkAllSold(bench, sku, sizes.orders)
      return { many, hot }
    })
    const rush = await runRush(bench, Math.ceil(sizes.orders / 4))
    const soldOut = await measureSoldOut(bench)
    const many = median(rounds.map(one => one.many.ordersPerSecond))
    const hot = median(rounds.map(one => one.hot.ordersPerSecond))
    const orderCpuMs = median(rounds.map(one => one.many.systemCpuMs))
    return [
      figure('many SKUs', many, 'orders/s'),
      figure('one SKU', hot, 'orders/s'),
      atLeast(figure('one SKU ÷ many SKUs', round(hot / many), ''), 0.95),
      figure('CPU of the system, many SKUs', orderCpuMs, 'ms/order'),
      medianFigure('CPU of the system, one SKU', 'ms/order', rounds, one => one.hot.systemCpuMs),
      figure('orders for half as many units', rush.asked, 'orders'),
      figure('of these sold', rush.sold, 'orders'),
      figure('sold-out responses', soldOut.perSecond, '1/s'),
      figure('CPU of a sold-out response', soldOut.cpuMs, 'ms'),
      below(figure('sold-out response ÷ order, CPU', round(soldOut.cpuMs / orderCpuMs), ''), 0.33),
    ]
  },
}

const rushSku = 'rush'

/** Twice as many orders as units: exactly all units must be sold. */
async function runRush(bench: Bench, units: number) {
  const { system } = bench
  await system.putOnSale([rushSku], units)
  const asked = units * 2
  const load = await runCheckouts(system.shop, { orders: asked, shoppers, skus: [rushSku] })
  bench.paid += load.done
  await system.untilSold(bench.paid)
  bench.failures.push(...load.failures.filter(reason => !reason.includes('answered 409')))
  await checkAllSold(bench, rushSku, units)
  return { asked, sold: load.done }
}

/** The cost of refusing orders of a product that is sold out. */
async function measureSoldOut({ system, sizes, failures, errors }: Bench) {
  const load = { orders: sizes.orders, shoppers, skus: [rushSku] }
  const { result, cost } = await measure(system, () => placeOrders(system.shop, load))
  const { soldOut, elapsedMs, done } = result
  failures.push(...result.failures)
  if (done > 0) errors.push(`${done} orders of a sold-out product`)
  return { perSecond: perSecond(soldOut, elapsedMs), cpuMs: systemCpuMs(cost, soldOut) }
}

async function checkAllSold({ system, errors }: Bench, sku: string, units: number): Promise<void> {
  const [stock] = await withDatabase(
    system.databases.inventory,
    sql => sql`select available, sold from stock_levels where sku = ${sku}`,
  )
  const isRight = stock !== undefined && Number(stock.sold) === units && Number(stock.available) === 0
  if (!isRight) errors.push(`of ${units} units of ${sku}: ${JSON.stringify(stock)}`)
}
