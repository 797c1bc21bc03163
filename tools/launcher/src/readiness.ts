/** What a service reports at `/readyz`. */
export interface Readiness {
  httpStatus: number
  status: 'ready' | 'not ready'
  /** What it works without. */
  degraded: string[]
  /** `ok` or the reason, by the name of what was checked. */
  checks: Record<string, string>
}

const timeoutMs = 3_000

/**
 * Reads a readiness endpoint, whether or not it reports ready.
 *
 * @param readyUrl with its path, e.g. `/readyz`
 * @throws Error where it does not answer
 */
export async function readReadiness(readyUrl: string): Promise<Readiness> {
  const response = await fetch(readyUrl, { signal: AbortSignal.timeout(timeoutMs) })
  const reported = (await response.json()) as Omit<Readiness, 'httpStatus'>
  return { ...{ degraded: [], checks: {} }, ...reported, httpStatus: response.status }
}
