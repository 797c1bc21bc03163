import { type Cost, cpuMsEach, systemCpuMs } from '../measure/meter.ts'
import { median, medians, perSecond, round } from '../measure/statistics.ts'

/** Figures of one round of a load: how fast, and what each of its things cost. */
export interface LoadFigures {
  perSecond: number
  cpuMsEach: Record<string, number>
  systemCpuMsEach: number
  walBytesEach: number
}

export function loadFigures(done: number, elapsedMs: number, cost: Cost): LoadFigures {
  const each = cpuMsEach(cost, done)
  return {
    perSecond: perSecond(done, elapsedMs),
    cpuMsEach: each,
    systemCpuMsEach: systemCpuMs(each),
    walBytesEach: Math.round(cost.walBytes / done),
  }
}

/** The medians of several rounds. */
export function middleOf(rounds: readonly LoadFigures[]): LoadFigures {
  const middle = (pick: (one: LoadFigures) => number) => round(median(rounds.map(pick)))
  return {
    perSecond: middle(one => one.perSecond),
    cpuMsEach: medians(rounds.map(one => one.cpuMsEach)),
    systemCpuMsEach: middle(one => one.systemCpuMsEach),
    walBytesEach: middle(one => one.walBytesEach),
  }
}

/** Does something `times` times, one after the other. */
export async function inRounds<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let index = 0; index < times; index++) results.push(await work(index))
  return results
}
