import { randomUUID } from 'node:crypto'

/** W3C Trace Context, version 00: `00-<trace id>-<span id>-<flags>`. */
const pattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** The header's value if it is a valid `traceparent`, else undefined. */
export function validTraceparent(given: unknown): string | undefined {
  return typeof given === 'string' && given.length === 55 && pattern.test(given) ? given : undefined
}

/** The first span of a new trace. */
export function newTraceparent(isSampled: boolean): string {
  return `00-${newTraceId()}-${newSpanId()}-${isSampled ? '01' : '00'}`
}

/** Its last 48 bits are random, so that sampling can decide by them. */
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

/** Whether the trace of a `traceparent` is recorded, by its last flag. */
export function isSampled(traceparent: string | undefined): boolean {
  // The last hex digit is odd: 1, 3, … 9, b, d, f. Its character code is odd for digits and even for letters.
  if (traceparent === undefined || traceparent.length !== 55) return false
  const code = traceparent.charCodeAt(54)
  return code < 58 ? (code & 1) === 1 : (code & 1) === 0
}
