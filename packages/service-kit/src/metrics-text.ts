import { Counter, Registry } from 'prom-client'
import { isTracing, type TracerStatistics, tracerStatistics } from './tracing/tracer.ts'

/** A scrape: its content type and its text. */
export interface MetricsText {
  readonly contentType: string
  readonly text: string
}

const ofRegistries = new WeakMap<Registry, (accept: string | undefined) => Promise<MetricsText>>()

/**
 * Answers a scrape of a registry whose header `Accept` is given: in Prometheus' text format, or, while tracing is on, in the
 * OpenMetrics format for a scraper that accepts it, because only that has exemplars.
 */
export function metricsText(registry: Registry, accept: string | undefined): Promise<MetricsText> {
  let ofRegistry = ofRegistries.get(registry)
  if (!ofRegistry) {
    ofRegistry = createMetricsText(registry)
    ofRegistries.set(registry, ofRegistry)
  }
  return ofRegistry(accept)
}

function createMetricsText(registry: Registry): (accept: string | undefined) => Promise<MetricsText> {
  if (isTracing()) addSpanCounters(registry)
  let last: Promise<unknown> = Promise.resolve()

  async function openMetrics(): Promise<MetricsText> {
    const names = registry.getMetricsAsArray().map(metric => [metric, metric.name] as const)
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
    try {
      return { contentType: Registry.OPENMETRICS_CONTENT_TYPE, text: await registry.metrics() }
    } finally {
      registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE as never)
      // prom-client takes `_total` off the names of counters for good, and the text format needs it.
      for (const [metric, name] of names) metric.name = name
    }
  }

  const plain = async () => ({ contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: await registry.metrics() })
  return accept => {
    if (!isTracing()) return plain()
    const isOpenMetrics = accept?.includes('application/openmetrics-text') ?? false
    // One after the other, because the format is a state of the registry.
    const text = last.then(isOpenMetrics ? openMetrics : plain)
    last = text.catch(() => {})
    return text
  }
}

function addSpanCounters(registry: Registry): void {
  const registers = [registry]
  const read = (name: string, help: string, of: keyof TracerStatistics) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(tracerStatistics()?.[of] ?? 0)
      },
    })
  read('trace_spans_exported_total', 'Spans that the receiver of traces has taken', 'exported')
  read('trace_spans_failed_total', 'Spans that the receiver of traces refused or did not answer for', 'failed')
  read('trace_spans_dropped_total', 'Spans that were dropped because too many waited to be sent', 'dropped')
}
