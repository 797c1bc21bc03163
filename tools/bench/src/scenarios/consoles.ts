import { setTimeout as delay } from 'node:timers/promises'
import type { BenchSystem } from '../bench-system.ts'
import { round } from '../measure/statistics.ts'
import { atLeast, figure } from '../result.ts'
import { medianFigure, type Scenario } from './scenario.ts'

const consolesOpen = 10
/** How often an open page of the console reads again, and what its pages read. */
const refreshEveryMs = 10_000
const paths = ['today', 'orders?limit=50']

/** Whole checkouts without a console, and with consoles open, in turns. */
export const consoles: Scenario = {
  isAudited: true,
  async run(bench) {
    const { system, log } = bench
    const rounds = await bench.inRounds(async index => {
      const closed = await bench.checkouts()
      const stop = openConsoles(system)
      const open = await bench.checkouts().finally(stop)
      log(`round ${index + 1}: ${closed.ordersPerSecond} orders/s, with consoles ${open.ordersPerSecond}`)
      return { closed, open }
    })
    const closed = medianFigure('no console', 'orders/s', rounds, one => one.closed.ordersPerSecond)
    const open = medianFigure(`${consolesOpen} consoles open`, 'orders/s', rounds, one => one.open.ordersPerSecond)
    return [
      closed,
      open,
      atLeast(figure('with consoles ÷ without, orders/s', round(open.value / closed.value), ''), 0.99),
      medianFigure('CPU of the system, no console', 'ms/order', rounds, one => one.closed.systemCpuMs),
      medianFigure('CPU of the system, with consoles', 'ms/order', rounds, one => one.open.systemCpuMs),
    ]
  },
}

/** Reads what open consoles read, evenly spread, until the returned function is called. */
function openConsoles(system: BenchSystem): () => Promise<void> {
  const read = system.readAsStaff()
  const stopping = new AbortController()
  async function run(index: number): Promise<void> {
    await delay((index * refreshEveryMs) / consolesOpen, undefined, { signal: stopping.signal })
    for (;;) {
      await Promise.all(paths.map(path => read(path)))
      await delay(refreshEveryMs, undefined, { signal: stopping.signal })
    }
  }
  const running = Array.from({ length: consolesOpen }, (_, index) =>
    run(index).catch(error => {
      if (!stopping.signal.aborted) throw error
    }),
  )
  return async () => {
    stopping.abort()
    await Promise.all(running)
  }
}
