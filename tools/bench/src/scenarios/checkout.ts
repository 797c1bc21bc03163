import { type Baseline, openBaseline } from '../baseline/baseline.ts'
import { services } from '../bench-system.ts'
import { runPaced } from '../load/checkouts.ts'
import { referenceSignsPerSecond, residentMiB } from '../measure/machine.ts'
import { measure } from '../measure/meter.ts'
import { median, perSecond, round } from '../measure/statistics.ts'
import { atLeast, below, type Figure, figure } from '../result.ts'
import {
  type Bench,
  type CheckoutRound,
  checkoutFigures,
  checkoutRound,
  manySkus,
  medianFigure,
  rewarmOrders,
  type Scenario,
} from './scenario.ts'

/** Of the highest rate. */
const pacedShare = 0.7

/** Whole checkouts and the baseline, in turns. */
export const checkout: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system, log } = bench
    system.pause()
    const baseline = await openBaseline(await system.createDatabase('baseline'))
    try {
      await baseline.run(0.5)
      let memory: [string, number][] = []
      const rounds = await bench.inRounds(async index => {
        await system.resume()
        await bench.checkouts(rewarmOrders)
        const measured = await bench.checkouts()
        memory = services.map(name => [name, residentMiB(system.processes().get(name) ?? 0)])
        system.pause()
        const least = await runBaseline(bench, baseline)
        const { ordersPerSecond, cost } = measured
        log(
          `round ${index + 1}: system ${ordersPerSecond} orders/s (${cost.lostPercent} % of the machine lost), baseline ${least.ordersPerSecond}`,
        )
        return { ...measured, baseline: least }
      })
      await system.resume()
      if (!(await baseline.isComplete())) bench.errors.push('the baseline lost orders')
      return [...describeRounds(rounds, bench.machine.rsaSignsPerSecond), ...memory.map(memoryFigure)]
    } finally {
      await baseline.close()
    }
  },
}

/** @param signsPerSecond of this machine, to scale CPU time by */
function describeRounds(
  rounds: readonly (CheckoutRound & { baseline: BaselineRound })[],
  signsPerSecond: number,
): Figure[] {
  const baseline = medianFigure('baseline', 'orders/s', rounds, one => one.baseline.ordersPerSecond)
  const system = medianFigure('system', 'orders/s', rounds, one => one.ordersPerSecond)
  const cpuMs = median(rounds.map(one => one.systemCpuMs))
  const baselineCpuMs = median(rounds.map(one => one.baseline.cpuMs))
  const scaled = round((cpuMs * signsPerSecond) / referenceSignsPerSecond)
  const late = rounds.reduce((sum, one) => sum + one.late, 0)
  return [
    system,
    baseline,
    atLeast(figure('system ÷ baseline', round(system.value / baseline.value), ''), 0.9),
    ...checkoutFigures(rounds),
    below(figure(`CPU of the system, at ${referenceSignsPerSecond} signatures/s`, scaled, 'ms/order'), 2.5),
    figure('CPU of the baseline, with its client', baselineCpuMs, 'ms/order'),
    below(figure('CPU, system ÷ baseline', round(cpuMs / baselineCpuMs), ''), 0.9),
    ...Object.keys(rounds[0]!.cost.cpuMs).map(name =>
      medianFigure(`CPU of ${name}`, 'ms/order', rounds, ({ cost, done }) => (cost.cpuMs[name] ?? 0) / done),
    ),
    figure('orders answered before Alipay’s link, all rounds', late, 'orders'),
    medianFigure('write-ahead log', 'KiB/order', rounds, ({ cost, done }) => cost.walBytes / done / 1024),
    medianFigure('lost to other processes and the host', '% of the machine', rounds, one => one.cost.lostPercent),
  ]
}

const memoryFigure = ([name, mib]: [string, number]) => below(figure(`memory of ${name}`, mib, 'MiB'), 180)

interface BaselineRound {
  ordersPerSecond: number
  cpuMs: number
}

async function runBaseline({ system, sizes }: Bench, baseline: Baseline): Promise<BaselineRound> {
  const { result, cost } = await measure(system, () => baseline.run(sizes.baselineSeconds))
  const { orders, elapsedMs } = result
  const { postgres = 0, load: client = 0 } = cost.cpuMs
  return { ordersPerSecond: perSecond(orders, elapsedMs), cpuMs: round((postgres + client) / orders) }
}

/** Orders come at a fixed rate, whatever became of earlier ones. */
export const paced: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system, sizes, log } = bench
    const highest = await bench.highestRate()
    const ordersPerSecond = round(highest * pacedShare)
    const load = { ordersPerSecond, seconds: sizes.pacedSeconds, skus: manySkus }
    const rounds = await bench.inRounds(async () => {
      const { result, cost } = await bench.measure(() => runPaced([system.shop], load))
      const measured = checkoutRound(result, cost)
      log(`${ordersPerSecond} orders/s wanted: place p50 ${measured.place.p50} ms, p99 ${measured.place.p99} ms`)
      return measured
    })
    return [
      figure('highest rate', highest, 'orders/s'),
      figure(`wanted: ${pacedShare * 100} % of it`, ordersPerSecond, 'orders/s'),
      medianFigure('reached', 'orders/s', rounds, one => one.ordersPerSecond),
      ...checkoutFigures(rounds, 120),
    ]
  },
}
