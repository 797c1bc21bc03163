import { median, round } from '../measure/statistics.ts'
import { below, figure } from '../result.ts'
import { type Bench, checkoutRound, manySkus, type Scenario } from './scenario.ts'

/** Of the highest rate. */
const share = 0.7

/** The highest rate of whole checkouts, measured now, orders/s. */
export async function highestRate(bench: Bench): Promise<number> {
  const rates = [await bench.checkouts(), await bench.checkouts()].map(one => one.ordersPerSecond)
  return Math.max(...rates)
}

/** Orders come at a fixed rate, whatever became of earlier ones. */
export const paced: Scenario = {
  audit: 'all',
  async run(bench) {
    const { system, sizes, log } = bench
    const highest = await highestRate(bench)
    const ordersPerSecond = round(highest * share)
    const load = { ordersPerSecond, seconds: sizes.pacedSeconds, skus: manySkus }
    const rounds = await bench.inRounds(async () => {
      const { result, cost } = await bench.measure(() => system.worker.run('paced', load))
      const measured = checkoutRound(result, cost)
      log(`${ordersPerSecond} orders/s wanted: place p50 ${measured.place.p50} ms, p99 ${measured.place.p99} ms`)
      return measured
    })
    const middle = (pick: (one: (typeof rounds)[number]) => number) => median(rounds.map(pick))
    return {
      figures: [
        figure('highest rate', highest, 'orders/s'),
        figure(`wanted: ${share * 100} % of it`, ordersPerSecond, 'orders/s'),
        figure(
          'reached',
          middle(one => one.ordersPerSecond),
          'orders/s',
        ),
        figure(
          'place p50',
          middle(one => one.place.p50),
          'ms',
        ),
        below(
          figure(
            'place p99',
            middle(one => one.place.p99),
            'ms',
          ),
          150,
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
          'CPU of the system',
          middle(one => one.systemCpuMs),
          'ms/order',
        ),
      ],
      errors: [],
    }
  },
}
