import type { DomainEvent, NewEvent } from '@alipay-checkout/contracts'
import {
  childOf,
  currentTrace,
  isRecorded,
  isTracing,
  newTraceparent,
  recordSpan,
  traceFieldsOf,
  validTraceparent,
} from '@alipay-checkout/service-kit'
import type { OutgoingRecord } from './record.ts'

interface Traced {
  readonly traceparent: string
  readonly parent: string
  readonly link?: string | undefined
  readonly type: string
  readonly key: string
}

/** What an event may carry of its own into its spans: its type and its key. */
type Named = Pick<DomainEvent, 'type' | 'key'> & { readonly link?: string }

const orderIdPattern = /^ord_[0-9a-f]{32}$/

/**
 * Chooses a span for each event of a recorded trace, below the one that the event continues. Returns the events with the
 * contexts of these spans, which are recorded once they have ended.
 */
function chooseSpans<E extends Named & { readonly traceparent?: string }>(events: readonly E[]) {
  const traced: Traced[] = []
  const withSpans = events.map(event => {
    const { traceparent: parent, type, key, link } = event
    if (!isRecorded(parent)) return event
    const traceparent = childOf(parent)
    traced.push({ traceparent, parent, type, key, link })
    return { ...event, traceparent }
  })
  return { events: withSpans, traced }
}

/** Records the span of a batch, which begins a trace of its own, and returns its context. */
function recordBatch(
  name: string,
  kind: 'producer' | 'consumer',
  traced: readonly Traced[],
  durationMs: number,
): string {
  const traceparent = newTraceparent(true)
  const links = traced.map(event => event.traceparent)
  const attributes = { 'messaging.system': 'kafka', 'batch.traced': traced.length }
  recordSpan({ name, kind, traceparent, links, durationMs, attributes })
  return traceparent
}

/** Records the short spans of a batch that has ended. */
function recordEach(
  traced: readonly Traced[],
  about: { verb: string; kind: 'producer' | 'consumer'; batch: string | undefined; durationMs: number; group?: string },
): void {
  for (const { traceparent, parent, link, type, key } of traced) {
    const batch = about.batch === undefined ? [] : [about.batch]
    recordSpan({
      name: `${type} ${about.verb}`,
      kind: about.kind,
      traceparent,
      parent,
      links: link === undefined ? batch : [link, ...batch],
      durationMs: about.durationMs,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.consumer.group.name': about.group,
        'event.type': type,
        order_id: orderIdOf(key),
      },
    })
  }
}

/** The events of a transaction with the contexts of their spans, which `recordCommitted` records. */
export function traceCommitted(events: readonly NewEvent[]): {
  events: readonly NewEvent[]
  traced: readonly Traced[]
} {
  return isTracing() ? chooseSpans(events) : { events, traced: [] }
}

/** Records that a transaction has stored events, in their orders' traces and as one span that links to them. */
export function recordCommitted(traced: readonly Traced[], durationMs: number): void {
  if (traced.length === 0) return
  // A transaction that several orders share belongs to none of their traces.
  const batch = currentTrace() ? undefined : recordBatch('commit events', 'producer', traced, durationMs)
  recordEach(traced, { verb: 'committed', kind: 'producer', batch, durationMs })
}

/** Applies events within their spans; `apply` gets them with the contexts of these. Nothing is recorded if it throws. */
export async function traceApplied(
  group: string,
  events: readonly DomainEvent[],
  apply: (events: readonly DomainEvent[]) => Promise<void>,
): Promise<void> {
  if (!isTracing()) return apply(events)
  const { events: withSpans, traced } = chooseSpans(events)
  const startedAt = performance.now()
  await apply(withSpans)
  if (traced.length === 0) return
  const durationMs = performance.now() - startedAt
  const batch = recordBatch(`${group} handles events`, 'consumer', traced, durationMs)
  recordEach(traced, { verb: `handled by ${group}`, kind: 'consumer', batch, durationMs, group })
}

/** Publishes rows, and records that in the traces of their events. */
export async function tracePublished<T>(rows: readonly OutgoingRecord[], publish: () => Promise<T>): Promise<T> {
  if (!isTracing()) return publish()
  const startedAt = performance.now()
  const result = await publish()
  const named = rows.map(({ key, headers }) => ({
    type: headers.ce_type ?? '',
    key,
    ...(headers.ce_traceparent ? { traceparent: headers.ce_traceparent } : {}),
  }))
  const { traced } = chooseSpans(named)
  if (traced.length === 0) return result
  const durationMs = performance.now() - startedAt
  const batch = recordBatch('publish events', 'producer', traced, durationMs)
  recordEach(traced, { verb: 'published', kind: 'producer', batch, durationMs })
  return result
}

/** Records that an event was dead-lettered: also where its trace is not sampled, because it failed. */
export function recordDeadLettered(
  group: string,
  { key, traceparent, type }: { key: string; traceparent: string | undefined; type: string },
): void {
  const parent = validTraceparent(traceparent)
  if (parent === undefined) return
  recordSpan({
    name: `${type.slice(0, 64)} dead-lettered by ${group}`,
    kind: 'consumer',
    traceparent: parent,
    parent,
    links: [],
    durationMs: 0,
    attributes: { 'messaging.system': 'kafka', 'messaging.consumer.group.name': group, order_id: orderIdOf(key) },
    error: 'the event could not be handled',
  })
}

/** The fields `trace_id` and `order_id` of a log line about one event. */
export function eventFields(key: string, traceparent: string | undefined): object {
  return traceFieldsOf({ traceparent, orderId: orderIdOf(key) })
}

function orderIdOf(key: string): string | undefined {
  return orderIdPattern.test(key) ? key : undefined
}
