/** Receives progress: one line per call, without a line break. */
export type Log = (line: string) => void

/** A step that takes long is reported this often. */
const stillRunningEveryMs = 5000

/**
 * Runs a step and reports its end, and that it still runs, with the elapsed time.
 *
 * @param note text about the result, added to the line
 * @returns the result of `work`, whose errors pass through
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
