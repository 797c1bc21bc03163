import { setTimeout as delay } from 'node:timers/promises'
import type { BenchSystem } from '../bench-system.ts'
import { inTurns } from './in-turns.ts'
import type { Scenario } from './scenario.ts'

const consolesOpen = 10
/** How often an open page of the console reads again, and what its pages read. */
const refreshEveryMs = 10_000
const paths = ['today', 'orders?limit=50']

/** Whole checkouts without a console, and with consoles open, in turns. */
export const consoles: Scenario = {
  isAudited: true,
  async run(bench) {
    const ways = [
      { name: 'no console', measure: () => bench.checkouts() },
      {
        name: `${consolesOpen} consoles open`,
        measure: () => {
          const stop = openConsoles(bench.system)
          return bench.checkouts().finally(stop)
        },
      },
    ] as const
    return inTurns(bench, ways, { rate: 0.99 })
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
