import { join } from 'node:path'
import { localDir } from '@alipay-checkout/launcher'
import { testSecrets } from '@alipay-checkout/test-support'

/** How long orders of the hasty replica wait for their payment, s. */
export const hastyTtlSeconds = 3

/**
 * The settings of the tested system: nothing of the caller's, so that every run tests the same. Alipay's time-out is
 * short because tests wait for it, its notifies are repeated 120 times faster (after 2 s, 5 s, 5 s, 30 s …), and no
 * limit is met by accident.
 */
export function systemEnvironment(gatewayPort: number): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}),
    // Servers are stopped and started again here, which only the local stack lets us do.
    STACK: 'local',
    GATEWAY_PORT: String(gatewayPort),
    LOG_LEVEL: 'info',
    ALIPAY_TIMEOUT_MS: '1000',
    ALIPAY_SIMULATOR_TIME_SCALE: '120',
    // After a refund that stays unclear; Alipay itself asks for ten seconds.
    REFUND_QUERY_AFTER_MS: '500',
    RATE_LIMIT_CUSTOMER_PER_MINUTE: '1000000',
    RATE_LIMIT_IP_PER_MINUTE: '1000000',
    ...testSecrets,
  }
}

/** Points the test-support at the tested system's servers, in this process and in the workers that it starts. */
export function announceServers(servers: { postgresAdminUrl: string; kafkaBrokers: string; redisUrl: string }): void {
  process.env.TEST_POSTGRES_ADMIN_URL = servers.postgresAdminUrl
  process.env.TEST_KAFKA_BROKERS = servers.kafkaBrokers
  process.env.TEST_REDIS_URL = servers.redisUrl
}

/** The packed browser unpacks itself into the folder for temporary files: let that be one that is kept. */
export function keepBrowserUnpacked(): string {
  const folder = join(localDir, 'cache', 'browser')
  process.env.TMPDIR = folder
  return folder
}
