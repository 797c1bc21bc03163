import { randomUUID } from 'node:crypto'

const pattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The caller's W3C `traceparent` where it is a valid one, else a new one: every event of a request shares it. */
export function traceparentOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && pattern.test(given) ? given : newTraceparent()
}

/** A new trace, marked as sampled. */
export function newTraceparent(): string {
  // Node keeps random UUIDs in stock, which makes them far cheaper than random bytes.
  const [trace, span] = [randomUUID(), randomUUID()].map(uuid => uuid.replaceAll('-', ''))
  return `00-${trace}-${span?.slice(-16)}-01`
}
