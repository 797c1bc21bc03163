/**
 * Resolves to true when a service answers `/readyz` with 200 and names nothing as degraded: Kafka, Redis and the other
 * services are reached too, so that events flow.
 *
 * @param url the service's address, without a path
 * @throws Error with the answer otherwise
 */
export async function isFullyReady(url: string): Promise<true> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })
  const text = await answer.text()
  const { degraded = [] } = JSON.parse(text) as { degraded?: string[] }
  if (!answer.ok || degraded.length > 0) throw new Error(`${answer.status} ${text}`)
  return true
}
