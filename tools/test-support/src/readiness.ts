import { readReadiness } from '@alipay-checkout/launcher'

/**
 * Resolves to true when a service answers `/readyz` with 200 and names nothing as degraded: Kafka, Redis and the other
 * services are connected too, so that events flow.
 *
 * @param url the service's address, without a path
 * @throws Error with the response otherwise
 */
export async function isFullyReady(url: string): Promise<true> {
  const { httpStatus, degraded, checks } = await readReadiness(`${url}/readyz`)
  if (httpStatus !== 200 || degraded.length > 0) throw new Error(`${httpStatus} ${JSON.stringify(checks)}`)
  return true
}
