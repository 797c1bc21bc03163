/** Results of tests. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
  /** For each failure: file, name of the test, first line of the error. */
  failures: string[]
}

/** Adds up the results of several packages. */
export function addCounts(all: readonly Counts[]): Counts {
  const sum = (pick: (one: Counts) => number) => all.reduce((total, one) => total + pick(one), 0)
  return {
    passed: sum(one => one.passed),
    failed: sum(one => one.failed),
    skipped: sum(one => one.skipped),
    failures: all.flatMap(one => one.failures),
  }
}

/** Every failure, then the totals. */
export function describeCounts({ passed, failed, skipped, failures }: Counts): string {
  return [
    ...failures.map(failure => `failed: ${failure}`),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n')
}
