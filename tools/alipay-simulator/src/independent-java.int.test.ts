import { createPrivateKey } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { certificateSn, certificatesIn, rootBundleSn } from './certificates/serial-number.ts'
import { type Parameters, signingText, signText } from './rsa.ts'
import { JAVA_DOWNLOAD_TIMEOUT_MS, type JavaMerchant, javaMissing, startJavaMerchant } from './test-java-sdk.ts'
import { type Merchant, openMerchant, pagePayContent, RETURN_URL } from './test-merchant.ts'

/** The compiler and the SDK start in a few seconds on an idle machine. */
const JAVA_TIMEOUT_MS = 60_000

/** The settings of the SDK, which wants the bare base64 of PKCS#8. */
function settingsOf({ simulator }: Merchant): object {
  const { gatewayUrl, appId, appCertificate, alipayCertificate, rootCertificates } = simulator
  const appPrivateKey = simulator.appPrivateKey!.replaceAll(/-----[A-Z ]+-----|\s/g, '')
  return { gatewayUrl, appId, appPrivateKey, appCertificate, alipayCertificate, rootCertificates }
}

let missing: string | undefined
let merchant: Merchant
let java: JavaMerchant
beforeAll(async () => {
  missing = await javaMissing()
  if (missing) return
  merchant = await openMerchant({ keyMode: 'certificate' })
  java = startJavaMerchant(settingsOf(merchant))
}, JAVA_DOWNLOAD_TIMEOUT_MS + JAVA_TIMEOUT_MS)
afterAll(async () => {
  await java?.close()
  await merchant?.close()
})

it("agrees with Alipay's own Java SDK in certificate mode", { timeout: JAVA_TIMEOUT_MS }, async context => {
  if (missing) return context.skip(missing)
  const { appCertificate, alipayCertificate, rootCertificates, appPrivateKey } = merchant.simulator
  const sn = { app_cert_sn: snOf(appCertificate!), alipay_root_cert_sn: rootBundleSn(rootCertificates!) }
  expect(await java.do('numbers')).toEqual({
    app: sn.app_cert_sn,
    alipay: snOf(alipayCertificate!),
    roots: sn.alipay_root_cert_sn,
  })

  const key = createPrivateKey(appPrivateKey!)
  const parameters = { method: 'm', ...sn, biz_content: '{"subject":"茶 & 1"}', charset: 'utf-8' }
  const text = signingText(parameters)
  expect(await java.do('sign', { parameters })).toEqual({ text, sign: signText(text, key) })

  const order = { bizContent: JSON.stringify(pagePayContent('java_1')), notifyUrl: merchant.notifyUrl }
  const orderString = parametersOf(String(await java.do('appPay', order)))
  expect(orderString).toMatchObject({ method: 'alipay.trade.app.pay', ...sn })
  expect(orderString.sign).toBe(signText(signingText(orderString, 'sign'), key))

  const url = String(await java.do('pagePay', { ...order, returnUrl: RETURN_URL }))
  expect(parametersOf(new URL(url).search)).toMatchObject(sn)
  expect(await merchant.control('POST', '/pay', { url })).toMatchObject({ status: 200 })
  const bizContent = JSON.stringify({ out_trade_no: 'java_1' })
  expect(await java.do('query', { bizContent })).toMatchObject({
    alipay_trade_query_response: { code: '10000', trade_status: 'TRADE_SUCCESS' },
  })

  await vi.waitFor(() => expect(merchant.received).toHaveLength(1))
  const { fields } = merchant.received[0]!
  const certificateFile = join(merchant.dataDir, 'alipay-certificate.pem')
  expect(await java.do('verify', { fields, certificateFile })).toBe(true)
  expect(await java.do('verify', { fields: { ...fields, total_amount: '0.01' }, certificateFile })).toBe(false)
})

it('is followed by it through a rotation, unless the certificate cannot be trusted', {
  timeout: JAVA_TIMEOUT_MS,
}, async context => {
  if (missing) return context.skip(missing)
  const bizContent = JSON.stringify({ out_trade_no: 'none' })
  const answer = { alipay_trade_query_response: { sub_code: 'ACQ.TRADE_NOT_EXIST' } }
  expect(await java.do('query', { bizContent })).toMatchObject(answer)
  await merchant.control('POST', '/certificates/rotate')
  for (const certificate of ['foreign_chain', 'expired', 'missing']) {
    await merchant.control('POST', '/faults', { certificate })
    await expect(java.do('query', { bizContent })).rejects.toThrow('支付宝公钥证书校验失败')
  }
  await merchant.control('DELETE', '/faults')
  expect(await java.do('query', { bizContent })).toMatchObject(answer)
})

function snOf(pem: string): string {
  return certificateSn(certificatesIn(pem)[0]!)
}

function parametersOf(text: string): Parameters {
  return Object.fromEntries(new URLSearchParams(text))
}
