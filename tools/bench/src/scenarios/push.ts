import { residentMiB } from '../measure/machine.ts'
import { round, summarise } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { manySkus, type Scenario, shoppers } from './scenario.ts'

/** Many result pages wait on WebSockets while their orders are paid. */
export const push: Scenario = {
  audit: 'all',
  async run(bench) {
    const { system, sizes, log } = bench
    const gatewayMiB = () => residentMiB(system.processes().get('gateway') ?? 0)
    const load = { orders: sizes.pages, shoppers, skus: manySkus }
    const { placed, failures } = await system.worker.run('place', load)
    bench.failures.push(...failures)
    const before = gatewayMiB()
    await system.worker.run('openPages', placed)
    const waiting = gatewayMiB()
    log(`${placed.length} pages wait, gateway ${before} → ${waiting} MiB`)
    const { result } = await bench.measure(() => system.worker.run('payPages', shoppers))
    const { p50, p99, max } = summarise(result.pushMs)
    return {
      figures: [
        figure('pages', placed.length, ''),
        figure('payment to push p50', p50, 'ms'),
        figure('payment to push p99', p99, 'ms'),
        below(figure('payment to push, slowest page', max, 'ms'), 1_000),
        figure('memory of the gateway', waiting, 'MiB'),
        figure('memory of the gateway per page', round(((waiting - before) * 1024) / placed.length), 'KiB'),
      ],
      errors: [],
    }
  },
}
