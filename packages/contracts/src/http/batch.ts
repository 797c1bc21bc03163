/**
 * Calls between services that share one request: `POST /batch`, an array of calls, answered with one line of JSON per
 * call as soon as its result is there, in any order.
 */
export const batchPath = '/batch'

/** Calls in one request. */
export const batchedCallsMax = 100

/**
 * Size of the serialized calls in one request, bytes. A hundred ordinary calls have 300 KiB; receivers accept 8 MiB, so
 * that a single call that is larger than this bound still passes as a batch of its own.
 */
export const batchBytesMax = 1024 * 1024

/** A POST to `url` of the same service. */
export interface BatchedCall {
  url: string
  traceparent: string
  body: unknown
}

/** The answer to the call at `index`: its HTTP status, and its body, a problem's where the status says so. */
export type BatchedAnswer = [index: number, status: number, body: unknown]
