import type { TraceSpan } from '@alipay-checkout/contracts'

/** Spans that are shown. */
const spansMax = 1_000

interface Attribute {
  key?: string
  value?: { stringValue?: string }
}

interface TempoSpan {
  spanId?: string
  parentSpanId?: string
  name?: string
  startTimeUnixNano?: string
  endTimeUnixNano?: string
  links?: { traceId?: string }[]
  status?: { code?: string | number; message?: string }
}

interface Batch {
  resource?: { attributes?: Attribute[] }
  scopeSpans?: { spans?: TempoSpan[] }[]
}

/** The spans of Tempo's answer to `GET /api/traces/{id}`, in the order of their start. */
export function readTempoTrace(answer: unknown): TraceSpan[] {
  const { batches, resourceSpans, trace } = (answer ?? {}) as {
    batches?: Batch[]
    resourceSpans?: Batch[]
    trace?: { resourceSpans?: Batch[] }
  }
  const spans = (batches ?? resourceSpans ?? trace?.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const service = resource?.attributes?.find(({ key }) => key === 'service.name')?.value?.stringValue ?? ''
    return scopeSpans.flatMap(({ spans: its = [] }) => its.map(span => ({ span, service, start: nanos(span) })))
  })
  const sorted = spans.toSorted((one, other) => Number(one.start - other.start)).slice(0, spansMax)
  const first = sorted[0]?.start ?? 0n
  return sorted.map(({ span, service, start }) => ({
    spanId: hex(span.spanId, 16),
    ...(span.parentSpanId ? { parentSpanId: hex(span.parentSpanId, 16) } : {}),
    name: span.name ?? '',
    service,
    startedAt: new Date(Number(start / 1_000_000n)).toISOString(),
    startMs: msOf(start - first),
    durationMs: msOf(BigInt(span.endTimeUnixNano ?? start) - start),
    ...(isError(span) ? { error: span.status?.message ?? 'error' } : {}),
    linkedTraceIds: [...new Set((span.links ?? []).map(({ traceId }) => hex(traceId, 32)))],
  }))
}

const nanos = ({ startTimeUnixNano = '0' }: TempoSpan) => BigInt(startTimeUnixNano)

/** Milliseconds with three decimals. */
const msOf = (ns: bigint) => Number(ns / 1_000n) / 1_000

function isError({ status }: TempoSpan): boolean {
  return status?.code === 'STATUS_CODE_ERROR' || status?.code === 2
}

/** An id in hex: Tempo writes base64, as protobuf's JSON does, and OTLP's own JSON is hex. */
function hex(id: string | undefined, digits: number): string {
  if (id === undefined) return ''
  return id.length === digits && /^[0-9a-fA-F]+$/.test(id)
    ? id.toLowerCase()
    : Buffer.from(id, 'base64').toString('hex')
}
