import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { currentTrace, type TraceContext } from './tracing/current-trace.ts'
import { traceIdOf } from './tracing/traceparent.ts'
import { withoutValues } from './without-values.ts'

export type { Logger }

/** What code logs with that also runs where there is no pino: fields and a message. pino's loggers are such. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>

/**
 * Logs JSON lines to stdout, or to `destination`. A line that is about one trace or one order has `trace_id` and
 * `order_id`. Fields with secrets or a payer's data are redacted.
 */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    mixin: traceFields,
    // Statements are logged without the values of their parameters.
    serializers: { err: error => pino.stdSerializers.err(withoutValues(error)) },
    redact: {
      paths: [
        '*.authorization',
        '*.cookie',
        '*["x-service-token"]',
        'req.headers',
        '*.privateKey',
        '*.sign',
        '*.buyer_logon_id',
      ],
      censor: '[redacted]',
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

function traceFields(): object {
  const context = currentTrace()
  return context ? traceFieldsOf(context) : {}
}

/** The fields `trace_id` and `order_id` of a line that is about these. */
export function traceFieldsOf({ traceparent, orderId }: TraceContext): object {
  const traceId = traceIdOf(traceparent)
  return {
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(orderId === undefined ? {} : { order_id: orderId }),
  }
}
