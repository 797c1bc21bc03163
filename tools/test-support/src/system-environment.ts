import { inheritedEnvironment } from './config.ts'

/**
 * Settings of a whole system under test: nothing of the caller's settings, so that every run is the same, servers that can
 * be stopped and started again, and no rate limit that is met by accident.
 *
 * @param changes settings of the one test
 */
export function systemEnvironment(changes: Record<string, string>): Record<string, string> {
  return {
    ...inheritedEnvironment(),
    STACK: 'local',
    LOG_LEVEL: 'info',
    RATE_LIMIT_CUSTOMER_PER_MINUTE: '100000000',
    RATE_LIMIT_IP_PER_MINUTE: '100000000',
    RATE_LIMIT_NOTIFY_PER_MINUTE: '100000000',
    ...changes,
  }
}
