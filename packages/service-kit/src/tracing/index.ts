export { currentTrace, nameOrder, type TraceContext, withoutTrace, withTrace } from './current-trace.ts'
export { linkRequest, type TraceSource, traceOf } from './request-trace.ts'
export { samplingConfig, tracingConfig } from './settings.ts'
export { childOf, newTraceparent, traceIdOf, validTraceparent } from './traceparent.ts'
export {
  enterSpan,
  isRecorded,
  isTracing,
  recordSpan,
  type Span,
  type SpanKind,
  startBatchSpan,
  startSpan,
  startSpanAs,
} from './tracer.ts'
