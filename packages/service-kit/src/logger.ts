import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { withoutValues } from './without-values.ts'

export type { Logger }

/** JSON lines on stdout, or to `destination`. What could be a secret or a payer's data is cut out, wherever it stands. */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    // Statements are logged without the values they were run with.
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
