import { simulatorClient } from '@alipay-checkout/test-support'
import { priceFen } from '../bench-system.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { openPage } from '../load/result-page.ts'
import type { Shop } from '../load/shop.ts'
import { systemCpuMs } from '../measure/meter.ts'
import { summarise } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { manySkus, type Scenario } from './scenario.ts'

/** One shopper on an idle system. */
export const single: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system, sizes } = bench
    const simulator = simulatorClient(system.simulatorUrl)
    // The notifies are sent from here, so that the time of sending is known.
    await simulator.setFaults({ notify: 'drop' })
    const { result, cost } = await bench.measure(() => buyOneByOne(system.shop, sizes.singleOrders))
    await simulator.clearFaults()
    const place = summarise(result.placeMs)
    const push = summarise(result.pushMs)
    return [
      below(figure('place p50', place.p50, 'ms'), 12),
      figure('place p99', place.p99, 'ms'),
      below(figure('notify to push p50', push.p50, 'ms'), 6),
      figure('notify to push p99', push.p99, 'ms'),
      figure('CPU of the system', systemCpuMs(cost, result.done), 'ms/order'),
    ]
  },
}

/** One order after the other, each with its result page. */
async function buyOneByOne(shop: Shop, count: number) {
  const placeMs: number[] = []
  const pushMs: number[] = []
  const result = await closedLoop({ count, concurrency: 1 }, async shopper => {
    const startedAt = performance.now()
    const order = await shop.place(shopper, manySkus[0]!)
    placeMs.push(performance.now() - startedAt)
    const page = openPage(shop, order)
    await page.opened
    const tradeNo = await shop.pay(order)
    const form = shop.signNotify({ outTradeNo: order.orderId, tradeNo, totalFen: priceFen })
    const sentAt = performance.now()
    const [paidAt] = await Promise.all([page.paid, shop.notify(form)])
    pushMs.push(paidAt - sentAt)
    page.close()
  })
  return { ...result, placeMs, pushMs }
}
