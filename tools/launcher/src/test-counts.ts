/** How many tests ended how, and which did not pass. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
  /** Where each failure is, and what was wrong: file, the test's full name, the first line of its error. */
  failures: string[]
}

/** The sum of all. */
export function addCounts(all: readonly Counts[]): Counts {
  const sum = (pick: (one: Counts) => number) => all.reduce((total, one) => total + pick(one), 0)
  return {
    passed: sum(one => one.passed),
    failed: sum(one => one.failed),
    skipped: sum(one => one.skipped),
    failures: all.flatMap(one => one.failures),
  }
}

/** The last lines of a test run: each failure, then the numbers. */
export function describeCounts({ passed, failed, skipped, failures }: Counts): string {
  return [
    ...failures.map(failure => `failed: ${failure}`),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n')
}
