import { join } from 'node:path'
import { StartFailure } from '../failure.ts'

/** What payment-service must know to speak with an Alipay. Keys are PEM, bare base64, or a file's path. */
export interface AlipaySettings {
  ALIPAY_GATEWAY: string
  ALIPAY_APP_ID: string
  ALIPAY_SELLER_ID: string
  ALIPAY_PRIVATE_KEY: string
  ALIPAY_PUBLIC_KEY: string
}

const names = [
  'ALIPAY_GATEWAY',
  'ALIPAY_APP_ID',
  'ALIPAY_SELLER_ID',
  'ALIPAY_PRIVATE_KEY',
  'ALIPAY_PUBLIC_KEY',
] as const satisfies (keyof AlipaySettings)[]

/**
 * The Alipay that the environment names, or undefined where it names none and the simulator plays it.
 *
 * @throws StartFailure naming what is missing when only some settings are given: a half-configured Alipay would fail at
 *   the first payment
 */
export function givenAlipay(env: Record<string, string>): AlipaySettings | undefined {
  const missing = names.filter(name => env[name] === undefined)
  if (missing.length === names.length) return undefined
  if (missing.length > 0) {
    const given = names.filter(name => env[name] !== undefined)
    const reason = `${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} set, but not ${missing.join(', ')}`
    throw new StartFailure('Reading the Alipay settings', reason, 'Set all five, or none to use the simulator')
  }
  return Object.fromEntries(names.map(name => [name, env[name]])) as unknown as AlipaySettings
}

/** The simulator's merchant: numbers of the form that Alipay's sandbox gives out. */
export const simulatedMerchant = { appId: '9021000122680001', sellerId: '2088721000000001' }

/** How payment-service reaches the simulator, whose keys lie in its data folder after its first start. */
export function simulatedAlipay(simulatorUrl: string, dataDir: string): AlipaySettings {
  return {
    ALIPAY_GATEWAY: `${simulatorUrl}/gateway.do`,
    ALIPAY_APP_ID: simulatedMerchant.appId,
    ALIPAY_SELLER_ID: simulatedMerchant.sellerId,
    ALIPAY_PRIVATE_KEY: join(dataDir, 'app-private-key.pem'),
    ALIPAY_PUBLIC_KEY: join(dataDir, 'alipay-public-key.pem'),
  }
}
