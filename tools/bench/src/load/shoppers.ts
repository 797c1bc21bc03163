/** What a load did. */
export interface LoadResult {
  done: number
  /** What did not come about, with the reason. */
  failures: string[]
  elapsedMs: number
}

/**
 * Lets `shoppers` work at the same time, each on one thing after the other, until `count` have been tried.
 *
 * @param work does one thing; what it throws is a failure
 */
export async function closedLoop(
  { count, shoppers }: { count: number; shoppers: number },
  work: (index: number) => Promise<void>,
): Promise<LoadResult> {
  const failures: string[] = []
  let next = 0
  let done = 0
  async function shop(): Promise<void> {
    for (let index = next++; index < count; index = next++) {
      try {
        await work(index)
        done++
      } catch (error) {
        failures.push((error as Error).message)
      }
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Math.min(shoppers, count) }, shop))
  return { done, failures, elapsedMs: performance.now() - startedAt }
}
