import { Histogram, type HistogramConfiguration, type LabelValues, Registry } from 'prom-client'
import { spanIdOf } from './tracing/traceparent.ts'
import { isRecorded, isTracing } from './tracing/tracer.ts'

/** A histogram of one registry. While tracing is on, `observe` can add exemplars to it. */
export function createHistogram<T extends string>(
  config: Omit<HistogramConfiguration<T>, 'registers'> & { registry: Registry },
): Histogram<T> {
  const { registry, ...rest } = config
  if (!isTracing()) return new Histogram({ ...rest, registers: [registry] })
  // prom-client allows exemplars only in a registry whose format is OpenMetrics, and looks at it only here.
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
  try {
    return new Histogram({ ...rest, registers: [registry], enableExemplars: true })
  } finally {
    registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE as never)
  }
}

/** Observes a value, with the span that it was measured in as the exemplar of its bucket, where that is recorded. */
export function observe<T extends string>(
  histogram: Histogram<T>,
  labels: LabelValues<T>,
  value: number,
  traceparent: string | undefined,
): void {
  if (!isTracing()) {
    histogram.observe(labels, value)
    return
  }
  const span = isRecorded(traceparent) ? { trace_id: traceparent.slice(3, 35), span_id: spanIdOf(traceparent) } : {}
  // prom-client types an exemplar's labels as the histogram's own, which they are not.
  histogram.observe({ labels, value, exemplarLabels: span as LabelValues<T> })
}
