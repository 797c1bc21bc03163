import { randomUUID } from 'node:crypto'

const pattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's W3C `traceparent` if it is valid, else a new one. All events of a request carry it. */
export function traceparentOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && pattern.test(given) ? given : newTraceparent()
}

/** A new trace with the sampled flag. */
export function newTraceparent(): string {
  // Node caches the entropy of random UUIDs, so they cost far less than random bytes.
  const [trace, span] = [randomUUID(), randomUUID()].map(uuid => uuid.replaceAll('-', ''))
  return `00-${trace}-${span?.slice(-16)}-01`
}
