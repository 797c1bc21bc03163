import { childOf, isSampled, newTraceparent } from './traceparent.ts'

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal'
/** Numbers, codes and ids; never a secret, a signature or anything about a person. Undefined ones are left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** A span that has ended. Contexts are texts in the form of `traceparent`, as the databases and events store them. */
export interface EndedSpan {
  readonly name: string
  readonly kind: SpanKind
  /** The span's own context. */
  readonly traceparent: string
  readonly parent?: string | undefined
  readonly links: readonly string[]
  readonly startMs: number
  readonly endMs: number
  readonly attributes: SpanAttributes
  /** Why it failed. */
  readonly error?: string | undefined
}

export interface SpanStart {
  readonly name: string
  readonly kind: SpanKind
  readonly parent?: string | undefined
  readonly links?: readonly string[]
  readonly attributes?: SpanAttributes
}

/** A span in progress. */
export interface Span {
  readonly traceparent: string
  end(ending?: { error?: string | undefined; attributes?: SpanAttributes; links?: readonly string[] }): void
}

export interface TracerStatistics {
  readonly exported: number
  /** The receiver refused them or did not answer. */
  readonly failed: number
  /** Too many waited to be sent. */
  readonly dropped: number
}

/** Sends ended spans. `record` returns at once and never throws. */
export interface Tracer {
  record(span: EndedSpan): void
  statistics(): TracerStatistics
  /** Sends what waits, within a bounded time. */
  stop(): Promise<void>
}

/** The tracer of this process. All spans go through the functions below, which cost one comparison without it. */
let tracer: Tracer | undefined

/** Sets the tracer of this process, or removes it. `startTracing` does so at the start of a service. */
export function useTracer(next: Tracer | undefined): void {
  tracer = next
}

export function isTracing(): boolean {
  return tracer !== undefined
}

/** Whether spans of this context are recorded here. */
export function isRecorded(traceparent: string | undefined): traceparent is string {
  return tracer !== undefined && isSampled(traceparent)
}

/** The context of a new span below `parent` if its trace is recorded here, else `parent`. */
export function enterSpan(parent: string): string {
  return isRecorded(parent) ? childOf(parent) : parent
}

/** Starts a span below its parent; undefined where the parent's trace is not recorded. */
export function startSpan(start: SpanStart): Span | undefined {
  return isRecorded(start.parent) ? spanOf(start, childOf(start.parent)) : undefined
}

/** Starts a span whose context was chosen before; undefined where that is not recorded. */
export function startSpanAs(traceparent: string, start: SpanStart): Span | undefined {
  return isRecorded(traceparent) ? spanOf(start, traceparent) : undefined
}

/**
 * Starts the span of a batch, the root of a trace of its own with links to the recorded ones of `contexts`; undefined
 * where none is. The orders' own traces get a child each, linked to it.
 */
export function startBatchSpan(
  name: string,
  kind: SpanKind,
  contexts: readonly (string | undefined)[],
): Span | undefined {
  const links = contexts.filter(isRecorded)
  if (links.length === 0) return undefined
  const start = { name, kind, links, attributes: { 'batch.size': contexts.length } }
  return spanOf(start, newTraceparent(true))
}

function spanOf({ name, kind, parent, links = [], attributes }: SpanStart, traceparent: string): Span {
  const startMs = nowMs()
  return {
    traceparent,
    end(ending = {}) {
      tracer?.record({
        name,
        kind,
        traceparent,
        parent,
        links: ending.links ? [...links, ...ending.links] : links,
        startMs,
        endMs: nowMs(),
        attributes: { ...attributes, ...ending.attributes },
        error: ending.error,
      })
    },
  }
}

/**
 * Records a span that has just ended, if its trace is recorded here or the span failed: the failed spans of a trace that
 * is not sampled are sent all the same.
 */
export function recordSpan({ durationMs, ...span }: Omit<EndedSpan, 'startMs' | 'endMs'> & { durationMs: number }) {
  if (!tracer || (span.error === undefined && !isSampled(span.traceparent))) return
  const { parent } = span
  // `enterSpan` chose no context for a span that was not to be recorded.
  const traceparent = span.traceparent === parent ? childOf(parent) : span.traceparent
  const endMs = nowMs()
  tracer.record({ ...span, traceparent, startMs: endMs - durationMs, endMs })
}

/** How far the fine clock may be from the system's before it follows that, ms. */
const clockSlackMs = 5
let originMs = performance.timeOrigin

/** The system's time in fractions of a millisecond. */
function nowMs(): number {
  const now = originMs + performance.now()
  const ahead = now - Date.now()
  if (Math.abs(ahead) < clockSlackMs) return now
  originMs -= ahead
  return now - ahead
}

export function tracerStatistics(): TracerStatistics | undefined {
  return tracer?.statistics()
}

/** Sends what waits, within a bounded time. */
export async function stopTracing(): Promise<void> {
  await tracer?.stop()
  tracer = undefined
}
