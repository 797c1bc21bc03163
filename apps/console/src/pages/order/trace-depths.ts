import type { Answer } from '../../api/use-api.ts'

export type TraceSpan = Answer<'/api/admin/orders/{id}/trace'>['spans'][number]

/** Deeper ones are indented as this one. */
const depthMax = 8

/** How deep a span is below the trace's first one. A span whose parent was not recorded counts as a first one. */
export function depthsOf(
  spans: readonly Pick<TraceSpan, 'spanId' | 'parentSpanId'>[],
): (span: Pick<TraceSpan, 'spanId'>) => number {
  const byId = new Map(spans.map(span => [span.spanId, span]))
  return ({ spanId }) => {
    let depth = 0
    let parentId = byId.get(spanId)?.parentSpanId
    // Bounded, because what another system has stored may have a circle.
    while (parentId !== undefined && byId.has(parentId) && depth < depthMax) {
      depth++
      parentId = byId.get(parentId)?.parentSpanId
    }
    return depth
  }
}
