import { type Logger, pino } from 'pino'

export type { Logger }

/** JSON lines on stdout. What could be a secret or a payer's data is cut out, wherever it stands. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
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
  })
}
