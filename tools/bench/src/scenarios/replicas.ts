import { type SecondReplicas, services } from '../bench-system.ts'
import { runPaced } from '../load/checkouts.ts'
import type { Shop } from '../load/shop.ts'
import { residentMiB } from '../measure/machine.ts'
import { round } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { type Bench, type CheckoutRound, checkoutRound, manySkus, medianFigure, type Scenario } from './scenario.ts'

/** Of the highest rate of one replica of each service: the second replicas share its cores. */
const rateShare = 0.5
/** What a second replica may cost each order: it works in smaller batches. */
const dearerMax = 1.5

/** Whole checkouts at a fixed rate with one replica of each service, and with two, in turns. */
export const replicas: Scenario = {
  isAudited: true,
  async run(bench) {
    const { log } = bench
    const ordersPerSecond = round((await bench.highestRate()) * rateShare)
    const rounds = await bench.inRounds(async index => {
      const one = await pacedRound(bench, [bench.system.shop], ordersPerSecond)
      const { two, memory } = await withSecondReplicas(bench, ordersPerSecond)
      log(`round ${index + 1}: ${one.systemCpuMs} ms/order, with two replicas ${two.systemCpuMs}`)
      return { one, two, memory }
    })
    const ones = rounds.map(({ one }) => one)
    const twos = rounds.map(({ two }) => two)
    const [cpuOfOne, cpuOfTwo] = [cpuFigure('one replica', ones), cpuFigure('two replicas', twos)]
    const coresOf = (msPerOrder: number) => round((msPerOrder * ordersPerSecond) / 1_000)
    return [
      figure('wanted', ordersPerSecond, 'orders/s'),
      medianFigure('reached, two replicas', 'orders/s', twos, one => one.ordersPerSecond),
      cpuOfOne,
      cpuOfTwo,
      below(figure('two replicas ÷ one, CPU', round(cpuOfTwo.value / cpuOfOne.value), ''), dearerMax),
      figure('cores in use, one replica', coresOf(cpuOfOne.value), 'cores'),
      figure('cores in use, two replicas', coresOf(cpuOfTwo.value), 'cores'),
      medianFigure('place p50, two replicas', 'ms', twos, one => one.place.p50),
      medianFigure('place p99, two replicas', 'ms', twos, one => one.place.p99),
      medianFigure('paid after payment p99, two replicas', 'ms', twos, one => one.paidAfterPayment.p99),
      ...services.map(name =>
        medianFigure(`memory of the second ${name}`, 'MiB', rounds, ({ memory }) => memory.get(name) ?? 0),
      ),
    ]
  },
}

const cpuFigure = (which: string, rounds: readonly CheckoutRound[]) =>
  medianFigure(`CPU of the system, ${which}`, 'ms/order', rounds, one => one.systemCpuMs)

async function withSecondReplicas(bench: Bench, ordersPerSecond: number) {
  const second = await bench.system.startSecondReplicas()
  try {
    const shops = [bench.system.shop, second.shop] as const
    // New processes have not compiled their code yet.
    await pacedRound(bench, shops, ordersPerSecond)
    const two = await pacedRound(bench, shops, ordersPerSecond, second.processes)
    return { two, memory: memoryOf(second.processes) }
  } finally {
    await second.stop()
  }
}

async function pacedRound(
  bench: Bench,
  shops: readonly [Shop, ...Shop[]],
  ordersPerSecond: number,
  further?: ReadonlyMap<string, number>,
): Promise<CheckoutRound> {
  const load = { ordersPerSecond, seconds: bench.sizes.pacedSeconds, skus: manySkus }
  const { result, cost } = await bench.measure(() => runPaced(shops, load), further)
  return checkoutRound(result, cost)
}

const memoryOf = (processes: SecondReplicas['processes']) =>
  new Map([...processes].map(([name, pid]) => [name, residentMiB(pid)]))
