/**
 * The environment of the measured system: nothing of the caller's settings, so that every run measures the same, and
 * limits that a load of one machine does not meet.
 */
export function benchEnvironment(gatewayPort: number): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}),
    STACK: 'local',
    GATEWAY_PORT: String(gatewayPort),
    LOG_LEVEL: 'warn',
    RATE_LIMIT_CUSTOMER_PER_MINUTE: '100000000',
    RATE_LIMIT_IP_PER_MINUTE: '100000000',
    RATE_LIMIT_NOTIFY_PER_MINUTE: '100000000',
  }
}

/** The packed browser unpacks itself into the folder for temporary files: let that be one that is kept. */
export function keepBrowserUnpacked(folder: string): void {
  process.env.TMPDIR = folder
}
