/** What a load achieved. */
export interface LoadResult {
  done: number
  /** The reason of each failure. */
  failures: string[]
  elapsedMs: number
}

/**
 * Runs `work` for the indexes below `count`, `concurrency` at a time.
 *
 * @param work an error that it throws is a failure
 */
export async function closedLoop(
  { count, concurrency }: { count: number; concurrency: number },
  work: (index: number) => Promise<void>,
): Promise<LoadResult> {
  const failures: string[] = []
  let next = 0
  async function runNext(): Promise<void> {
    for (let index = next++; index < count; index = next++) {
      await work(index).catch(error => failures.push((error as Error).message))
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, runNext))
  return { done: count - failures.length, failures, elapsedMs: performance.now() - startedAt }
}
