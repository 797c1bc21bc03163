import { join } from 'node:path'
import { StartFailure } from '../failure.ts'

/** Settings of payment-service for Alipay. A key is PEM, bare base64, or the path of a file. */
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
 * The Alipay that the environment names, or undefined where the simulator is used.
 *
 * @throws StartFailure naming what is missing when only some of the settings are set: the first payment would fail
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

/** The merchant of the simulator, with ids in the form of Alipay's sandbox. */
export const simulatedMerchant = { appId: '9021000122680001', sellerId: '2088721000000001' }

/** The settings for the simulator, which writes its keys into its data folder at its first start. */
export function simulatedAlipay(simulatorUrl: string, dataDir: string): AlipaySettings {
  return {
    ALIPAY_GATEWAY: `${simulatorUrl}/gateway.do`,
    ALIPAY_APP_ID: simulatedMerchant.appId,
    ALIPAY_SELLER_ID: simulatedMerchant.sellerId,
    ALIPAY_PRIVATE_KEY: join(dataDir, 'app-private-key.pem'),
    ALIPAY_PUBLIC_KEY: join(dataDir, 'alipay-public-key.pem'),
  }
}
