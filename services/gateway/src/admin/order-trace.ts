import type { AdminOrderDetails, OrderTrace } from '@alipay-checkout/contracts'
import { Problem, traceOf } from '@alipay-checkout/service-kit'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { readTempoTrace } from './tempo-trace.ts'

const timeoutMs = 3_000
/** A trace of a few thousand spans. */
const answerBytesMax = 8 * 1024 * 1024

/** The trace of an order, from the source that TRACES_URL names. Throws `order-not-found` for an unknown order. */
export async function readOrderTrace(dependencies: Dependencies, request: FastifyRequest): Promise<OrderTrace> {
  const { orders, config } = dependencies
  const orderId = orderIdOf((request.params as { id: string }).id)
  const path = `/admin/orders/${orderId}`
  const { text } = await orders.call({ method: 'GET', path, traceparent: traceOf(request) })
  const { traceId = null } = JSON.parse(text) as AdminOrderDetails
  if (config.TRACES_URL === undefined) return { orderId, traceId, state: 'no_source', spans: [] }
  if (traceId === null) return { orderId, traceId, state: 'not_recorded', spans: [] }
  const spans = await fetchSpans(config.TRACES_URL, traceId)
  return { orderId, traceId, state: spans.length > 0 ? 'recorded' : 'not_recorded', spans }
}

/** The spans of a trace; none where the source has no such trace. */
async function fetchSpans(source: string, traceId: string): Promise<OrderTrace['spans']> {
  try {
    const answer = await fetch(`${source.replace(/\/+$/, '')}/api/traces/${traceId}`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    })
    const text = await textOf(answer)
    if (answer.status === 404 || answer.status === 204) return []
    if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    return readTempoTrace(JSON.parse(text))
  } catch (error) {
    throw new Problem(
      'service-unavailable',
      'The source of traces is temporarily unavailable. Try again.',
      { service: 'traces' },
      { cause: error },
    )
  }
}

async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length
    if (bytes > answerBytesMax) throw new Error(`its answer has more than ${answerBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
