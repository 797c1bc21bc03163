import type { Scores } from './scores.ts'

/** What `runService` says of a process that ends because of an error that nobody caught. */
const lastWords = 'stopping after an uncaught error'

/**
 * Whatever is broken around a process that has started, it may wait, answer with errors and try again; it may not fall.
 * One that can't start says so and is started again: that is no fall. Pure.
 *
 * @param log what a replica has logged, over all its lives: a JSON object a line, and whatever Node itself says
 */
export function judgeFalls(replica: string, log: string, scores: Scores): void {
  for (const line of log.split('\n')) {
    if (!line.includes(`"msg":"${lastWords}"`)) continue
    const { time, err } = JSON.parse(line) as { time: number; err?: { message?: string } }
    scores.broke(16, replica, `it fell at ${new Date(time).toISOString()}: ${err?.message ?? 'it did not say why'}`)
  }
}
