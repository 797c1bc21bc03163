/**
 * How long orders wait for their payment, s: long enough to pay between two faults, short enough to see them expire, and
 * shorter where the whole run is short.
 */
export const ttlSeconds = (runSeconds: number) => Math.min(25, Math.max(10, Math.floor(runSeconds / 2)))

/** What child processes need from ours. */
export function inheritedEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}),
  }
}

/**
 * The settings of the broken system: nothing of the caller's. Alipay's time-out is short, so that a call that hangs is
 * soon asked again; its notifies are repeated 60 times faster, and no limit is met by accident.
 *
 * @param publicUrl where Alipay and browsers reach the gateways
 * @param runSeconds how long it will be loaded
 */
export function systemEnvironment(publicUrl: string, runSeconds: number): Record<string, string> {
  return {
    ...inheritedEnvironment(),
    STACK: 'local',
    PUBLIC_URL: publicUrl,
    LOG_LEVEL: 'info',
    ORDER_TTL_SECONDS: String(ttlSeconds(runSeconds)),
    ALIPAY_TIMEOUT_MS: '1500',
    ALIPAY_SIMULATOR_TIME_SCALE: '60',
    REFUND_QUERY_AFTER_MS: '1000',
    RATE_LIMIT_CUSTOMER_PER_MINUTE: '100000000',
    RATE_LIMIT_IP_PER_MINUTE: '100000000',
    RATE_LIMIT_NOTIFY_PER_MINUTE: '100000000',
  }
}
