import { join } from 'node:path'
import { localDir } from '@alipay-checkout/launcher'
import { systemEnvironment, testSecrets } from '@alipay-checkout/test-support'

/** Whether the servers accept only encrypted connections with a password: SYSTEM_TEST_SECURE=1. */
export const hasSecureServers = (): boolean => process.env.SYSTEM_TEST_SECURE === '1'

/** How long orders of the second order-service can be paid, s. */
export const shortTtlSeconds = 3

/** A refund by one person of more than this waits for a second one, fen. Tests that refund alone stay below. */
export const secondPersonAboveFen = 1_000_000

/**
 * The settings of the tested system. Alipay's time-out is short because tests wait for it, and its notifies are repeated
 * 120 times faster (after 2 s, 5 s, 5 s, 30 s …).
 */
export const testedEnvironment = (gatewayPort: number, consolePort = 0): Record<string, string> =>
  systemEnvironment({
    GATEWAY_PORT: String(gatewayPort),
    CONSOLE_PORT: String(consolePort),
    REFUND_SECOND_PERSON_ABOVE_FEN: String(secondPersonAboveFen),
    ALIPAY_TIMEOUT_MS: '1000',
    ALIPAY_SIMULATOR_TIME_SCALE: '120',
    // After a refund whose result is unclear; Alipay itself asks for ten seconds.
    REFUND_QUERY_AFTER_MS: '500',
    ...testSecrets,
  })

/** Has the packed browser unpack itself into a folder that is kept, instead of the one for temporary files. */
export function keepBrowserUnpacked(): string {
  const folder = join(localDir, 'cache', 'browser')
  process.env.TMPDIR = folder
  return folder
}
