import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { withoutValues } from './without-values.ts'

export type { Logger }

/** What code logs with that also runs where there is no pino: fields and a message. pino's loggers are such. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>

/** Logs JSON lines to stdout, or to `destination`. Fields with secrets or a payer's data are redacted. */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
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
