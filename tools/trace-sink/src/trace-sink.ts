import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Traces that are kept; the oldest are dropped first. */
const tracesMaxDefault = 2_000
/** Spans that are kept of one trace. */
const spansMax = 2_000
/** A request with spans: an exporter sends 512 at most, of about 1 KB. */
const bodyBytesMax = 8 * 1024 * 1024

interface Attribute {
  key: string
  value: { stringValue?: string; intValue?: number | string; boolValue?: boolean; doubleValue?: number }
}

/** A span as OTLP/JSON has it: ids in hex, times in nanoseconds. */
export interface SinkSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  /** The lowest byte has the flags of W3C Trace Context. */
  flags?: number
  name: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: Attribute[]
  links?: { traceId: string; spanId: string; flags?: number }[]
  status?: { code?: number; message?: string }
  /** `service.name` of the process that recorded it. */
  service: string
  /** `service.instance.id`. */
  instance: string
}

interface ExportRequest {
  resourceSpans?: {
    resource?: { attributes?: Attribute[] }
    scopeSpans?: { spans?: Omit<SinkSpan, 'service' | 'instance'>[] }[]
  }[]
}

export interface TraceSink {
  url: string
  /** The spans of a trace, in the order of their start. */
  spansOf(traceId: string): readonly SinkSpan[]
  /** All spans that are kept. */
  all(): readonly SinkSpan[]
  close(): Promise<void>
}

/**
 * Receives spans at `POST /v1/traces` (OTLP/HTTP as JSON), keeps the latest traces in memory, and answers
 * `GET /api/traces/{trace id}` as Tempo does: `{batches}` with ids in base64, or 404.
 *
 * @param options.port 0 for a free one
 */
export async function startTraceSink(options: { host: string; port: number; tracesMax?: number }): Promise<TraceSink> {
  const { tracesMax = tracesMaxDefault } = options
  const traces = new Map<string, SinkSpan[]>()

  function keep(span: SinkSpan): void {
    const spans = traces.get(span.traceId) ?? []
    if (spans.length < spansMax) spans.push(span)
    traces.set(span.traceId, spans)
    const [oldest] = traces.keys()
    if (traces.size > tracesMax && oldest !== undefined) traces.delete(oldest)
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request)
    if (text === undefined) return answer(response, 413, {})
    for (const span of spansIn(JSON.parse(text) as ExportRequest)) keep(span)
    answer(response, 200, { partialSuccess: {} })
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://sink')
    const traceId = /^\/api\/traces\/([0-9a-f]{32})$/.exec(pathname)?.[1]
    if (request.method === 'POST' && pathname === '/v1/traces') return receive(request, response)
    if (request.method === 'GET' && pathname === '/readyz') return answer(response, 200, { status: 'ready' })
    const spans = traceId === undefined ? undefined : traces.get(traceId)
    answer(response, spans ? 200 : 404, spans ? tempoTrace(spans) : {})
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => answer(response, 400, {}))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${options.host}:${port}`,
    spansOf: traceId =>
      (traces.get(traceId) ?? []).toSorted((one, other) =>
        Number(BigInt(one.startTimeUnixNano) - BigInt(other.startTimeUnixNano)),
      ),
    all: () => [...traces.values()].flat(),
    close() {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** The body's text; undefined where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function spansIn({ resourceSpans = [] }: ExportRequest): SinkSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const named = (name: string) => resource?.attributes?.find(({ key }) => key === name)?.value.stringValue ?? ''
    const origin = { service: named('service.name'), instance: named('service.instance.id') }
    return scopeSpans.flatMap(({ spans = [] }) => spans.map(span => ({ ...span, ...origin })))
  })
}

/** As Tempo writes protobuf messages as JSON: ids in base64, enumerations by name. */
function tempoTrace(spans: readonly SinkSpan[]) {
  const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
  const statuses = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR']
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  const byService = Map.groupBy(spans, ({ service }) => service)
  return {
    batches: [...byService].map(([service, its]) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [
        {
          spans: its.map(({ service: _service, instance: _instance, ...span }) => ({
            ...span,
            traceId: base64(span.traceId),
            spanId: base64(span.spanId),
            ...(span.parentSpanId ? { parentSpanId: base64(span.parentSpanId) } : {}),
            kind: `SPAN_KIND_${kinds[span.kind] ?? 'UNSPECIFIED'}`,
            links: (span.links ?? []).map(link => ({ traceId: base64(link.traceId), spanId: base64(link.spanId) })),
            status: { ...span.status, code: statuses[span.status?.code ?? 0] },
          })),
        },
      ],
    })),
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
