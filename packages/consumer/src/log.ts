import { type Log, withoutValues } from '@alipay-checkout/service-kit'
import type { Logger } from './api.ts'

/** Logs to the user's logger, or as JSON lines on stderr. */
export function createLog(group: string, logger: Logger = jsonLines(group)): Log {
  return {
    debug: () => {},
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}

function jsonLines(group: string): Logger {
  const at = (level: string) => (fields: object, message: string) => {
    const line = { level, time: new Date().toISOString(), group, ...fields, message }
    console.error(JSON.stringify(line, (_name, value) => (value instanceof Error ? stackOf(value) : value)))
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

function stackOf(error: Error): string {
  const clean = withoutValues(error) as Error
  return clean.stack ?? clean.message
}
