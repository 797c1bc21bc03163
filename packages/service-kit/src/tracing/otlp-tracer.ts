import { hostname } from 'node:os'
import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace'
import { flagsOf, spanIdOf } from './traceparent.ts'
import type { EndedSpan, Tracer } from './tracer.ts'

/** Spans that may wait to be sent; further ones are dropped. About 1 KB each. */
const waitingMax = 4_096
const batchSizeMax = 512
/** How long a span waits at most before it is sent, ms: what a process that is killed loses. */
const sendEveryMs = 1_000
/** Links of a span, as by OpenTelemetry's default: a batch may have more orders. */
const linksMax = 128
/** One request, with its retries, ms. */
const sendTimeoutMs = 5_000
/** The time to send what waits when the process stops, ms: a part of the 9 s that closing may take. */
const stopTimeoutMs = 1_500

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}
const instrumentationScope = { name: '@alipay-checkout/service-kit' }

/** A tracer that sends spans to `endpoint` by OpenTelemetry's batch processor and OTLP exporter. */
export function createOtlpTracer(options: {
  service: string
  systemName: string
  version: string
  endpoint: string
  headers: Record<string, string>
}): Tracer {
  const resource = resourceFromAttributes({
    'service.name': options.service,
    'service.namespace': options.systemName,
    'service.version': options.version,
    'service.instance.id': `${hostname()}-${process.pid}`,
  })
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: options.headers,
    timeoutMillis: sendTimeoutMs,
  })
  const counts = { exported: 0, failed: 0, dropped: 0 }
  let waiting = 0
  const counting: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, result => {
        waiting -= spans.length
        // ExportResultCode.SUCCESS of @opentelemetry/core is 0.
        counts[result.code === 0 ? 'exported' : 'failed'] += spans.length
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  }
  const processor = new BatchSpanProcessor({
    exporter: counting,
    maxQueueSize: waitingMax,
    maxExportBatchSize: batchSizeMax,
    scheduledDelayMillis: sendEveryMs,
    exportTimeoutMillis: sendTimeoutMs,
  })

  return {
    record(span) {
      // The processor would drop the span too, without a count.
      if (waiting >= waitingMax) {
        counts.dropped++
        return
      }
      waiting++
      processor.onEnd(readable(span, resource))
    },
    statistics: () => ({ ...counts }),
    async stop() {
      const given = Promise.withResolvers<void>()
      const timer = setTimeout(given.resolve, stopTimeoutMs)
      await Promise.race([processor.shutdown().catch(() => {}), given.promise])
      clearTimeout(timer)
    },
  }
}

function readable(span: EndedSpan, resource: Resource): ReadableSpan {
  const { name, kind, traceparent, parent, links, startMs, endMs, attributes, error } = span
  const context = contextOf(traceparent)
  // The processor leaves out others, and a failed span of a trace that is not sampled is to be sent.
  context.traceFlags |= TraceFlags.SAMPLED
  return {
    name,
    kind: kinds[kind],
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: { ...contextOf(parent), isRemote: true } }),
    startTime: hrTime(startMs),
    endTime: hrTime(endMs),
    duration: hrTime(endMs - startMs),
    status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes: present(attributes),
    links: links.slice(0, linksMax).map(link => ({ context: contextOf(link) })),
    events: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: Math.max(0, links.length - linksMax),
  }
}

function contextOf(traceparent: string) {
  return { traceId: traceparent.slice(3, 35), spanId: spanIdOf(traceparent), traceFlags: flagsOf(traceparent) }
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.trunc(ms / 1_000)
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)]
}

function present(attributes: EndedSpan['attributes']): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
