import { cpuTimes } from '../measure/cpu-time.ts'
import { referenceSignsPerSecond, residentMiB } from '../measure/machine.ts'
import { median, perSecond, round } from '../measure/statistics.ts'
import { atLeast, below, figure } from '../result.ts'
import { services } from '../system/bench-system.ts'
import type { Bench, CheckoutRound, Scenario } from './scenario.ts'

/** Orders after the services were suspended, before they are measured again. */
const rewarmOrders = 300

interface BaselineRound {
  ordersPerSecond: number
  cpuMs: number
}

/** Whole checkouts and the baseline, in turns. @param signsPerSecond of this machine, to scale CPU time by */
export const checkout = (signsPerSecond: number): Scenario => ({
  audit: 'all',
  async run(bench) {
    const { system, log } = bench
    system.pause()
    await system.worker.run('openBaseline', await system.createDatabase('baseline'))
    await system.worker.run('runBaseline', 0.5)
    let memory: [string, number][] = []
    const rounds = await bench.inRounds(async index => {
      await system.resume()
      await bench.checkouts(rewarmOrders)
      const measured = await bench.checkouts()
      memory = services.map(name => [name, residentMiB(system.processes().get(name) ?? 0)])
      system.pause()
      const baseline = await runBaseline(bench)
      const { ordersPerSecond, cost } = measured
      log(
        `round ${index + 1}: system ${ordersPerSecond} orders/s (${cost.lostPercent} % of the machine lost), baseline ${baseline.ordersPerSecond}`,
      )
      return { measured, baseline }
    })
    await system.resume()
    const isComplete = await system.worker.run('isBaselineComplete')
    const middle = (pick: (one: CheckoutRound) => number) => median(rounds.map(({ measured }) => pick(measured)))
    const baseline = median(rounds.map(one => one.baseline.ordersPerSecond))
    const ordersPerSecond = middle(one => one.ordersPerSecond)
    const cpuMs = middle(one => one.systemCpuMs)
    const cpuMsOf = (name: string) => middle(({ cost, done }) => (cost.cpuMs[name] ?? 0) / done)
    const scaled = round((cpuMs * signsPerSecond) / referenceSignsPerSecond)
    return {
      figures: [
        figure('system', ordersPerSecond, 'orders/s'),
        figure('baseline', baseline, 'orders/s'),
        atLeast(figure('system ÷ baseline', round(ordersPerSecond / baseline), ''), 0.8),
        figure(
          'place p50',
          middle(one => one.place.p50),
          'ms',
        ),
        figure(
          'place p99',
          middle(one => one.place.p99),
          'ms',
        ),
        figure(
          'paid after payment p50',
          middle(one => one.paidAfterPayment.p50),
          'ms',
        ),
        figure(
          'paid after payment p99',
          middle(one => one.paidAfterPayment.p99),
          'ms',
        ),
        figure(
          'whole checkout p50',
          middle(one => one.checkout.p50),
          'ms',
        ),
        figure(
          'whole checkout p99',
          middle(one => one.checkout.p99),
          'ms',
        ),
        figure(
          'orders answered before Alipay’s link, all rounds',
          rounds.reduce((sum, one) => sum + one.measured.late, 0),
          'orders',
        ),
        figure('CPU of the system', cpuMs, 'ms/order'),
        below(figure(`CPU of the system, at ${referenceSignsPerSecond} signatures/s`, scaled, 'ms/order'), 2.5),
        figure('CPU of the baseline’s PostgreSQL', median(rounds.map(one => one.baseline.cpuMs)), 'ms/order'),
        ...Object.keys(rounds[0]!.measured.cost.cpuMs).map(name => figure(`CPU of ${name}`, cpuMsOf(name), 'ms/order')),
        figure(
          'write-ahead log',
          middle(({ cost, done }) => cost.walBytes / done / 1024),
          'KiB/order',
        ),
        figure(
          'lost to other processes and the host',
          middle(one => one.cost.lostPercent),
          '% of the machine',
        ),
        ...memory.map(([name, mib]) => below(figure(`memory of ${name}`, mib, 'MiB'), 200)),
      ],
      errors: isComplete ? [] : ['the baseline lost orders'],
    }
  },
})

async function runBaseline({ system, sizes }: Bench): Promise<BaselineRound> {
  const postgresMs = () => cpuTimes(system.processes()).get('postgres') ?? 0
  const before = postgresMs()
  const { orders, elapsedMs } = await system.worker.run('runBaseline', sizes.baselineSeconds)
  const cpuMs = (postgresMs() - before) / orders
  return { ordersPerSecond: perSecond(orders, elapsedMs), cpuMs }
}
