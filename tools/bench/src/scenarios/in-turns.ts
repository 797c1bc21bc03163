import { round } from '../measure/statistics.ts'
import { atLeast, below, type Figure, figure } from '../result.ts'
import { type Bench, type CheckoutRound, medianFigure } from './scenario.ts'

/** One of two ways to run the same load. */
export interface Way {
  name: string
  measure(): Promise<CheckoutRound>
}

/**
 * Measures whole checkouts in two ways, in turns, and compares rates and CPU time of the second with those of the first.
 *
 * @param targets.rate the least rate of the second way, as a share of the first
 * @param targets.cpu the most CPU time of an order in the second way, as a share of the first; none by default
 */
export async function inTurns(
  bench: Bench,
  [first, second]: readonly [Way, Way],
  targets: { rate: number; cpu?: number },
): Promise<Figure[]> {
  const rounds = await bench.inRounds(async index => {
    const one = await first.measure()
    const other = await second.measure()
    bench.log(
      `round ${index + 1}: ${first.name} ${one.ordersPerSecond} orders/s, ${second.name} ${other.ordersPerSecond}; ` +
        `${Math.max(one.cost.lostPercent, other.cost.lostPercent)} % of the machine lost`,
    )
    return [one, other] as const
  })
  const rates = [first, second].map(({ name }, way) =>
    medianFigure(name, 'orders/s', rounds, both => both[way]?.ordersPerSecond ?? 0),
  )
  const cpu = [first, second].map(({ name }, way) =>
    medianFigure(`CPU of the system, ${name}`, 'ms/order', rounds, both => both[way]?.systemCpuMs ?? 0),
  )
  const ratio = (unit: string, [of, to]: readonly Figure[]) =>
    figure(`${second.name} ÷ ${first.name}, ${unit}`, round((to?.value ?? 0) / (of?.value ?? 0)), '')
  const cpuRatio = ratio('CPU', cpu)
  return [
    ...rates,
    atLeast(ratio('orders/s', rates), targets.rate),
    ...cpu,
    targets.cpu === undefined ? cpuRatio : below(cpuRatio, targets.cpu),
  ]
}
