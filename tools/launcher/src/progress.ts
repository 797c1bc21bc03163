/** Where progress goes: one line of text per call, without a line break. */
export type Log = (line: string) => void

/** How often a step that takes long says that it is still going on. */
const stillRunningEveryMs = 5000

/**
 * Runs one step and tells when it began to take long, and when it ended, with the elapsed time.
 *
 * @param title what is being done, e.g. `PostgreSQL`
 * @param work gives back what the step made; its text in `note` is added to the line
 * @returns what `work` gave back; what it throws goes through unchanged
 */
export async function step<T>(
  log: Log,
  title: string,
  work: () => Promise<T>,
  note?: (result: T) => string,
): Promise<T> {
  const startedAtMs = performance.now()
  const timer = setInterval(() => log(`… ${title} (${elapsed(startedAtMs)})`), stillRunningEveryMs)
  try {
    const result = await work()
    const addition = note === undefined ? '' : `  ${note(result)}`
    log(`✔ ${title}${addition} (${elapsed(startedAtMs)})`)
    return result
  } catch (error) {
    log(`✖ ${title} (${elapsed(startedAtMs)})`)
    throw error
  } finally {
    clearInterval(timer)
  }
}

function elapsed(startedAtMs: number): string {
  return `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`
}
