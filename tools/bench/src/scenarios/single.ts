import { call } from '@alipay-checkout/test-support'
import { summarise } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { priceFen } from '../system/bench-system.ts'
import { manySkus, type Scenario } from './scenario.ts'

/** One shopper on an idle system. */
export const single: Scenario = {
  audit: 'all',
  async run(bench) {
    const { system, sizes } = bench
    const faults = `${system.simulatorUrl}/simulator/faults`
    // The worker sends the notifies, so that it has the time of sending.
    await call('POST', faults, { body: { notify: 'drop' } })
    const load = { orders: sizes.singleOrders, sku: manySkus[0]!, totalFen: priceFen, signer: system.notifySigner }
    const { result } = await bench.measure(() => system.worker.run('single', load))
    await call('DELETE', faults)
    const place = summarise(result.placeMs)
    const push = summarise(result.pushMs)
    return {
      figures: [
        below(figure('place p50', place.p50, 'ms'), 25),
        figure('place p99', place.p99, 'ms'),
        below(figure('notify to push p50', push.p50, 'ms'), 15),
        figure('notify to push p99', push.p99, 'ms'),
      ],
      errors: [],
    }
  },
}
