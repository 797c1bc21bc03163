export { type SinkSpan, startTraceSink, type TraceSink } from './trace-sink.ts'
