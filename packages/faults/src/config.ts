/** How long orders wait for their payment, s: long enough to pay in a crowd, short enough to see them expire. */
const ttlSeconds = 20

/**
 * The settings of the system under load: nothing of the caller's. Alipay's time-out is short, so that a call that hangs is
 * soon asked again; its notifies are repeated 60 times faster, and no limit is met by accident.
 */
export function mixedEnvironment(gatewayPort: number): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}),
    STACK: 'local',
    GATEWAY_PORT: String(gatewayPort),
    LOG_LEVEL: 'warn',
    ORDER_TTL_SECONDS: String(ttlSeconds),
    ALIPAY_TIMEOUT_MS: '1500',
    ALIPAY_SIMULATOR_TIME_SCALE: '60',
    REFUND_QUERY_AFTER_MS: '1000',
    RATE_LIMIT_CUSTOMER_PER_MINUTE: '100000000',
    RATE_LIMIT_IP_PER_MINUTE: '100000000',
    RATE_LIMIT_NOTIFY_PER_MINUTE: '100000000',
  }
}
