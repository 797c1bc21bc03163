import { join } from 'node:path'
import { StartFailure } from '../failure.ts'

const commonNames = ['ALIPAY_GATEWAY', 'ALIPAY_APP_ID', 'ALIPAY_SELLER_ID', 'ALIPAY_PRIVATE_KEY'] as const
const keyNames = ['ALIPAY_PUBLIC_KEY'] as const
const certificateNames = ['ALIPAY_APP_CERT', 'ALIPAY_ROOT_CERT', 'ALIPAY_PUBLIC_CERT'] as const

/**
 * Settings of payment-service for Alipay, with Alipay's public key or the three certificates. A key or certificate is PEM,
 * base64, or the path of a file.
 */
export type AlipaySettings = Record<(typeof commonNames)[number], string> &
  Partial<Record<(typeof keyNames | typeof certificateNames)[number] | 'ALIPAY_MINI_APP_ID', string>>

/**
 * The Alipay that the environment names, or undefined where the simulator is used.
 *
 * @throws StartFailure naming what is missing when only some of the settings are set, or what is too much when both the
 * public key and certificates are: the first payment would fail
 */
export function givenAlipay(env: Record<string, string>): AlipaySettings | undefined {
  const isSet = (name: string) => env[name] !== undefined
  const step = 'Reading the Alipay settings'
  const certificates = certificateNames.filter(isSet)
  if (certificates.length > 0 && keyNames.some(isSet)) {
    const reason = `${[...keyNames, ...certificates].join(', ')} are set, but an application has a key or certificates`
    throw new StartFailure(step, reason, `Unset ALIPAY_PUBLIC_KEY, or ${certificates.join(', ')}`)
  }
  const names = [...commonNames, ...(certificates.length > 0 ? certificateNames : keyNames)]
  const missing = names.filter(name => !isSet(name))
  if (missing.length === names.length) return undefined
  if (missing.length > 0) {
    const given = names.filter(isSet)
    const reason = `${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} set, but not ${missing.join(', ')}`
    const remedy = `Set all ${certificates.length > 0 ? 'seven' : 'five'}, or none to use the simulator`
    throw new StartFailure(step, reason, remedy)
  }
  return Object.fromEntries(names.map(name => [name, env[name]])) as AlipaySettings
}

/** The merchant of the simulator, with ids in the form of Alipay's sandbox. */
export const simulatedMerchant = {
  appId: '9021000122680001',
  sellerId: '2088721000000001',
  miniAppId: '2021000000000001',
}

/**
 * The settings for the simulator, which writes its keys into its data folder at its first start. With certificates where
 * ALIPAY_SIMULATOR_KEY_MODE is `certificate`.
 */
export function simulatedAlipay(
  simulatorUrl: string,
  dataDir: string,
  { ALIPAY_SIMULATOR_KEY_MODE: keyMode }: Record<string, string>,
): AlipaySettings {
  return {
    ALIPAY_GATEWAY: `${simulatorUrl}/gateway.do`,
    ALIPAY_APP_ID: simulatedMerchant.appId,
    ALIPAY_SELLER_ID: simulatedMerchant.sellerId,
    ALIPAY_PRIVATE_KEY: join(dataDir, 'app-private-key.pem'),
    ALIPAY_MINI_APP_ID: simulatedMerchant.miniAppId,
    ...(keyMode === 'certificate'
      ? simulatedCertificates(dataDir)
      : { ALIPAY_PUBLIC_KEY: join(dataDir, 'alipay-public-key.pem') }),
  }
}

/** The certificates that the simulator has written into its data folder, unless its key mode is `key`. */
export function simulatedCertificates(dataDir: string): Record<(typeof certificateNames)[number], string> {
  return {
    ALIPAY_APP_CERT: join(dataDir, 'app-certificate.pem'),
    ALIPAY_ROOT_CERT: join(dataDir, 'root-certificates.pem'),
    ALIPAY_PUBLIC_CERT: join(dataDir, 'alipay-certificate.pem'),
  }
}
