import { placeOrders } from '../load/checkouts.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { openPage, type ResultPage } from '../load/result-page.ts'
import type { PlacedOrder, Shop } from '../load/shop.ts'
import { residentMiB } from '../measure/machine.ts'
import { round, summarise } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { manySkus, type Scenario, shoppers } from './scenario.ts'

/** Many result pages wait on WebSockets while their orders are paid. */
export const push: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system, sizes, log } = bench
    const { shop } = system
    const gatewayMiB = () => residentMiB(system.processes().get('gateway') ?? 0)
    const { placed, failures } = await placeOrders(shop, { orders: sizes.pages, shoppers, skus: manySkus })
    bench.failures.push(...failures)
    const before = gatewayMiB()
    const pages = await openPages(shop, placed)
    const waiting = gatewayMiB()
    log(`${placed.length} pages wait, gateway ${before} → ${waiting} MiB`)
    const { result } = await bench.measure(() => payPages(shop, pages))
    const { p50, p99, max } = summarise(result.pushMs)
    return [
      figure('pages', placed.length, ''),
      figure('payment to push p50', p50, 'ms'),
      figure('payment to push p99', p99, 'ms'),
      below(figure('payment to push, slowest page', max, 'ms'), 1_000),
      figure('memory of the gateway', waiting, 'MiB'),
      figure('memory of the gateway per page', round(((waiting - before) * 1024) / placed.length), 'KiB'),
    ]
  },
}

/** Opens a result page for each order, 50 at a time, and keeps all of them open. */
async function openPages(shop: Shop, orders: readonly PlacedOrder[]): Promise<ResultPage[]> {
  const pages: ResultPage[] = []
  const { failures } = await closedLoop({ count: orders.length, concurrency: 50 }, async index => {
    const page = openPage(shop, orders[index]!)
    pages.push(page)
    await page.opened
  })
  if (failures.length > 0) throw new Error(`${failures.length} pages could not be opened: ${failures[0]}`)
  return pages
}

/** Pays the order of every page. `pushMs`: from the payment to the page's PAID. */
async function payPages(shop: Shop, pages: readonly ResultPage[]) {
  const pushMs: number[] = []
  const result = await closedLoop({ count: pages.length, concurrency: shoppers }, async index => {
    const { order, paid } = pages[index]!
    await shop.pay(order)
    const paidAt = performance.now()
    // The notify may arrive before the simulator's response to the payment.
    pushMs.push(Math.max(0, (await paid) - paidAt))
  })
  return { ...result, pushMs }
}
