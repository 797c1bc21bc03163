/**
 * Calls between our services that travel in one request: `POST /together`, an array of calls, answered with one line of
 * JSON for each as soon as its answer is there, in whatever order.
 */
export const togetherPath = '/together'

/** Calls of one request. */
export const togetherMax = 100

/**
 * The serialized calls of one request, bytes. A hundred ordinary calls have 300 KiB; receivers take 8 MiB, so that a
 * single call that is larger than this still passes by itself.
 */
export const togetherBytesMax = 1024 * 1024

/** A POST to `url` of the same service. */
export interface TogetherCall {
  url: string
  traceparent: string
  body: unknown
}

/** The answer to the call at `index`: its HTTP status, and its body, a problem's where the status says so. */
export type TogetherAnswer = [index: number, status: number, body: unknown]
