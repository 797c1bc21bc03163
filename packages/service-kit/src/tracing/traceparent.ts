import { randomUUID } from 'node:crypto'

/**
 * W3C Trace Context, version 00: `00-<trace id>-<span id>-<flags>`. Level 2 of it defines two flags: 01, sampled, and 02,
 * the right-most 7 bytes of the trace id are random. What this system begins always has the second one.
 */
const pattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The header's value if it is a valid `traceparent`, else undefined. */
export function validTraceparent(given: unknown): string | undefined {
  return typeof given === 'string' && given.length === 55 && pattern.test(given) ? given : undefined
}

/** The flags of a context that this system begins. */
const withSampled = (unflagged: string, isSampled: boolean) => `${unflagged}${isSampled ? '03' : '02'}`

/** The first span of a new trace. */
export function newTraceparent(isSampled: boolean): string {
  return withSampled(`00-${newTraceId()}-${newSpanId()}-`, isSampled)
}

/** Its last 60 bits are random, so that sampling can decide by them: the fixed ones of a UUID are left of them. */
function newTraceId(): string {
  // Node caches the entropy of random UUIDs, so they cost far less than random bytes.
  return randomUUID().replaceAll('-', '')
}

function newSpanId(): string {
  const uuid = randomUUID()
  return uuid.slice(19, 23) + uuid.slice(24)
}

/** A new span in the trace of `parent`, with its flags. */
export function childOf(parent: string): string {
  return `${parent.slice(0, 36)}${newSpanId()}${parent.slice(52)}`
}

/** The trace id of a `traceparent`, or undefined where it is none. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return validTraceparent(traceparent)?.slice(3, 35)
}

/** The span id of a valid `traceparent`. */
export function spanIdOf(traceparent: string): string {
  return traceparent.slice(36, 52)
}

/** The same context of a trace that this system began, sampled. */
export function sampled(traceparent: string): string {
  return withSampled(traceparent.slice(0, 53), true)
}

/** The flags of a valid `traceparent` that are defined: 1 sampled, 2 random. */
export function flagsOf(traceparent: string): number {
  return Number.parseInt(traceparent.slice(53), 16) & 3
}

/**
 * Whether the trace of a `traceparent` is recorded: both flags are set. Before traces were recorded, every stored context
 * had the sampled flag alone, and no gateway had decided that.
 */
export function isSampled(traceparent: string | undefined): boolean {
  if (traceparent === undefined || traceparent.length !== 55) return false
  // The two lowest bits of the last hex digit are set: 3, 7, b and f. Compared as codes, because it is called for every event.
  const code = traceparent.charCodeAt(54)
  return code === 0x33 || code === 0x37 || code === 0x62 || code === 0x66
}
