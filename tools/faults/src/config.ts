import { systemEnvironment } from '@alipay-checkout/test-support'

/** How long orders can be paid, s: long enough to pay between two faults, short enough to see them expire in the run. */
export const ttlSeconds = (runSeconds: number) => Math.min(25, Math.max(10, Math.floor(runSeconds / 2)))

/**
 * The settings of the system under test. Alipay's time-out is short, so that a hanging call is soon repeated, and its
 * notifies are repeated 60 times faster.
 *
 * @param publicUrl where Alipay and browsers reach the gateways
 * @param runSeconds how long it will be loaded
 */
export const faultsEnvironment = (publicUrl: string, runSeconds: number): Record<string, string> =>
  systemEnvironment({
    PUBLIC_URL: publicUrl,
    ORDER_TTL_SECONDS: String(ttlSeconds(runSeconds)),
    ALIPAY_TIMEOUT_MS: '1500',
    ALIPAY_SIMULATOR_TIME_SCALE: '60',
    // Of payment-service's replicas one has Alipay's public key, and the other certificates.
    ALIPAY_SIMULATOR_KEY_MODE: 'either',
    REFUND_QUERY_AFTER_MS: '1000',
  })
