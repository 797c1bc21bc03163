import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { signingText, signText, verifyText } from '../rsa.ts'
import { type Merchant, openMerchant, sdkFor } from '../test-merchant.ts'
import { certificateSn, certificatesIn, rootBundleSn } from './serial-number.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await openMerchant({ keyMode: 'certificate' })
})
afterAll(() => merchant.close())
afterEach(() => merchant.control('DELETE', '/faults'))

const query = (shop: Merchant, outTradeNo: string) =>
  shop.sdk.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } }, { validateSign: true })

/** A query with these parameters changed, signed with the app's key, as the text of its reply. */
async function rawQuery(shop: Merchant, changed: Record<string, string | undefined>): Promise<string> {
  return await rawCall(shop, 'alipay.trade.query', { out_trade_no: 'none' }, changed)
}

async function rawCall(
  shop: Merchant,
  method: string,
  bizContent: object,
  changed: Record<string, string | undefined> = {},
): Promise<string> {
  const own = Object.fromEntries(new URLSearchParams(shop.sdk.sdkExecute(method, { bizContent })))
  const all: Record<string, string | undefined> = { ...own, sign: undefined, ...changed }
  const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const parameters = Object.fromEntries(kept)
  const sign = signText(signingText(parameters), createPrivateKey(shop.sdk.config.privateKey))
  const body = new URLSearchParams({ ...parameters, sign })
  return await (await fetch(shop.simulator.gatewayUrl, { method: 'POST', body })).text()
}

async function download(sn: string): Promise<{ pem: string; chain: X509Certificate[] } | string> {
  const reply = JSON.parse(
    await rawCall(merchant, 'alipay.open.app.alipaycert.download', { alipay_cert_sn: sn }),
  ).alipay_open_app_alipaycert_download_response
  if (reply.code !== '10000') return reply.sub_code
  const pem = Buffer.from(reply.alipay_cert_content, 'base64').toString()
  return { pem, chain: certificatesIn(pem) }
}

/** Whether a downloaded chain leads to a root of the bundle and is valid now. */
function isTrusted([own, issuer]: X509Certificate[]): boolean {
  const roots = certificatesIn(merchant.simulator.rootCertificates!)
  const root = roots.find(known => known.subject === issuer!.issuer)!
  const current = own!.validFromDate.getTime() <= Date.now() && Date.now() < own!.validToDate.getTime()
  return current && own!.verify(issuer!.publicKey) && issuer!.verify(root.publicKey)
}

it('has a root bundle like Alipay’s, and certificates for both key pairs that lead to one of its roots', () => {
  const { appCertificate, alipayCertificate, rootCertificates, appPrivateKey, alipayPublicKey } = merchant.simulator
  const roots = certificatesIn(rootCertificates!)
  expect(roots.map(root => root.publicKey.asymmetricKeyType)).toEqual([undefined, 'rsa', 'ec', 'rsa'])
  const alipay = certificatesIn(alipayCertificate!)
  expect(alipay).toHaveLength(2)
  expect(alipay[0]!.publicKey.equals(createPublicKey(alipayPublicKey))).toBe(true)
  const app = certificatesIn(appCertificate!)
  expect(app).toHaveLength(1)
  expect(app[0]!.checkPrivateKey(createPrivateKey(appPrivateKey!))).toBe(true)
  expect(isTrusted(alipay)).toBe(true)
  expect(isTrusted([app[0]!, alipay[1]!])).toBe(true)
  for (const one of [...roots, ...alipay, ...app]) expect(BigInt(`0x${one.serialNumber}`)).toBeGreaterThan(2n ** 125n)
})

it('numbers certificates as the official SDK does, also with leading zeros', () => {
  const { appCertificate, alipayCertificate, rootCertificates } = merchant.simulator
  const [app] = certificatesIn(appCertificate!)
  const [alipay] = certificatesIn(alipayCertificate!)
  expect(merchant.sdk.config).toMatchObject({
    appCertSn: certificateSn(app!),
    alipayCertSn: certificateSn(alipay!),
    alipayRootCertSn: rootBundleSn(rootCertificates!),
  })
  expect(certificateSn(app!)).toMatch(/^0[0-9a-f]{31}$/)
  expect(rootBundleSn(rootCertificates!)).toMatch(/^[0-9a-f]{32}_0[0-9a-f]{31}$/)
})

it('serves the official SDK in certificate mode: page, notify, return, query and refund', async () => {
  const paid = await merchant.control('POST', '/pay', { url: merchant.payUrl('cert_1') })
  expect(paid.status).toBe(200)
  expect(await query(merchant, 'cert_1')).toMatchObject({ code: '10000', trade_status: 'TRADE_SUCCESS' })
  await vi.waitFor(() => expect(merchant.received).toHaveLength(1))
  expect(merchant.sdk.checkNotifySignV2(merchant.received[0]!.fields)).toBe(true)
  const bizContent = { out_trade_no: 'cert_1', refund_amount: '8.00', out_request_no: 'r1' }
  const refund = await merchant.sdk.exec('alipay.trade.refund', { bizContent }, { validateSign: true })
  expect(refund).toMatchObject({ code: '10000', fund_change: 'Y' })
})

it('names its certificate between reply and signature, and not where a request is refused early', async () => {
  const text = await rawQuery(merchant, {})
  const { alipayCertSn } = merchant.sdk.config as { alipayCertSn?: string }
  expect(text).toMatch(
    new RegExp(`^\\{"alipay_trade_query_response":\\{.*\\},"alipay_cert_sn":"${alipayCertSn}","sign":"[^"]+"\\}$`),
  )
  const { alipay_trade_query_response: inner, sign } = JSON.parse(text)
  expect(verifyText(JSON.stringify(inner), sign, createPublicKey(merchant.simulator.alipayPublicKey))).toBe(true)
  expect(Object.keys(JSON.parse(await rawQuery(merchant, { method: 'alipay.none' })))).toEqual(['error_response'])
})

it.each<[Record<string, string | undefined>, string]>([
  [{ app_cert_sn: undefined }, 'isv.missing-app-cert-sn'],
  [{ app_cert_sn: '0'.repeat(32) }, 'isv.app-cert-not-exist'],
  [{ alipay_root_cert_sn: undefined }, 'isv.invalid-alipay-root-cert-sn'],
  [{ alipay_root_cert_sn: '0'.repeat(32) }, 'isv.invalid-alipay-root-cert-sn'],
])('refuses a request with %o: %s', async (changed, subCode) => {
  expect(JSON.parse(await rawQuery(merchant, changed))).toMatchObject({
    alipay_trade_query_response: { sub_code: subCode },
  })
  const url = new URL(merchant.payUrl('cert_2'))
  for (const [name, value] of Object.entries(changed)) {
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  expect((await merchant.control('POST', '/pay', { url: url.href })).json).toMatchObject({ error: { subCode } })
})

it('has no certificate in key mode, and with “either” answers each request in its own mode', async () => {
  const keyed = await openMerchant()
  const either = await openMerchant({ keyMode: 'either' })
  try {
    expect(keyed.simulator).toMatchObject({ appCertificate: undefined, rootCertificates: undefined })
    const named = { app_cert_sn: '0'.repeat(32), alipay_root_cert_sn: '0'.repeat(32) }
    expect(await rawQuery(keyed, named)).toContain('"isv.app-cert-not-exist"')
    expect(await rawQuery(keyed, named)).not.toContain('alipay_cert_sn"')

    expect(await rawQuery(either, {})).toContain('"alipay_cert_sn"')
    const withKeys = { app_cert_sn: undefined, alipay_root_cert_sn: undefined }
    const text = await rawQuery(either, withKeys)
    expect(text).toContain('"ACQ.TRADE_NOT_EXIST"')
    expect(text).not.toContain('"alipay_cert_sn"')
    expect(await rawQuery(either, { app_cert_sn: undefined })).toContain('"isv.missing-app-cert-sn"')
  } finally {
    await keyed.close()
    await either.close()
  }
})

it('answers the download of its certificate, and refuses an unknown number', async () => {
  const [own] = certificatesIn(merchant.simulator.alipayCertificate!)
  expect(await download(certificateSn(own!))).toMatchObject({ pem: merchant.simulator.alipayCertificate })
  expect(await download('0'.repeat(32))).toBe('CERT_NOT_EXIST')
})

it('offers untrusted certificates on request', async () => {
  const [own] = certificatesIn(merchant.simulator.alipayCertificate!)
  const sn = certificateSn(own!)
  for (const certificate of ['foreign_chain', 'expired'] as const) {
    await merchant.control('POST', '/faults', { certificate })
    const { chain } = (await download(sn)) as { chain: X509Certificate[] }
    expect(chain.map(one => one.subject)).toEqual(
      certificatesIn(merchant.simulator.alipayCertificate!).map(one => one.subject),
    )
    expect(certificateSn(chain[0]!)).toBe(sn)
    expect(chain[0]!.publicKey.equals(own!.publicKey)).toBe(true)
    expect(isTrusted(chain)).toBe(false)
  }
  await merchant.control('POST', '/faults', { certificate: 'other' })
  const { chain } = (await download(sn)) as { chain: X509Certificate[] }
  expect(isTrusted(chain)).toBe(true)
  expect(certificateSn(chain[0]!)).not.toBe(sn)
  await merchant.control('POST', '/faults', { certificate: 'missing' })
  expect(await download(sn)).toBe('CERT_NOT_EXIST')
})

it('signs all with a new key after a rotation, also after a restart, and still knows the old certificate', async () => {
  const shop = await openMerchant({ keyMode: 'either' })
  try {
    const { alipayPublicKey: oldKey, alipayCertificate: oldCertificate } = shop.simulator
    await shop.control('POST', '/open', { url: shop.payUrl('rotated_1') })
    const rotated = await shop.control('POST', '/certificates/rotate', { validDays: 20 })
    const newKey = shop.simulator.alipayPublicKey
    const [own] = certificatesIn(shop.simulator.alipayCertificate!)
    expect(rotated).toMatchObject({ status: 200, json: { alipayCertSn: certificateSn(own!), alipayPublicKey: newKey } })
    expect(newKey).not.toBe(oldKey)
    expect(await readFile(join(shop.dataDir, 'alipay-public-key-previous.pem'), 'utf8')).toBe(oldKey)
    expect(await readFile(join(shop.dataDir, 'alipay-public-key.pem'), 'utf8')).toBe(newKey)
    expect(own!.validToDate.getTime() - Date.now()).toBeLessThan(21 * 24 * 60 * 60 * 1000)

    const { returnUrl } = (await shop.control('POST', '/pay', { outTradeNo: 'rotated_1' })).json
    await vi.waitFor(() => expect(shop.received).toHaveLength(1))
    await expect(query(shop, 'rotated_1')).rejects.toThrow()
    const renewed = sdkFor(shop.simulator)
    expect(renewed.checkNotifySignV2(shop.received[0]!.fields)).toBe(true)
    const returned = Object.fromEntries(new URL(String(returnUrl)).searchParams)
    const signed = signingText(returned, 'sign', 'sign_type', 'order_id', 't')
    const sign = new URL(String(returnUrl)).searchParams.getAll('sign').at(-1)!
    expect(verifyText(signed, sign, createPublicKey(newKey))).toBe(true)

    await shop.restart()
    expect(shop.simulator).toMatchObject({ alipayPublicKey: newKey, alipayCertificate: own!.toString() + issuer() })
    expect(await query(shop, 'rotated_1')).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
    const bizContent = { alipay_cert_sn: certificateSn(certificatesIn(oldCertificate!)[0]!) }
    const reply = await shop.sdk.exec('alipay.open.app.alipaycert.download', { bizContent }, { validateSign: true })
    expect(Buffer.from(String(reply.alipay_cert_content), 'base64').toString()).toBe(oldCertificate)

    function issuer(): string {
      return certificatesIn(oldCertificate!)[1]!.toString()
    }
  } finally {
    await shop.close()
  }
})

it('rotates the key in key mode too', async () => {
  const shop = await openMerchant()
  try {
    const { alipayPublicKey: oldKey } = shop.simulator
    const rotated = await shop.control('POST', '/certificates/rotate')
    expect(rotated.json).toEqual({ alipayPublicKey: shop.simulator.alipayPublicKey })
    expect(shop.simulator.alipayPublicKey).not.toBe(oldKey)
    const bizContent = { out_trade_no: 'none' }
    const withNewKey = sdkFor(shop.simulator).exec('alipay.trade.query', { bizContent }, { validateSign: true })
    expect(await withNewKey).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
    await expect(query(shop, 'none')).rejects.toThrow()
  } finally {
    await shop.close()
  }
})

it('completes what an interrupted start or rotation has left', async () => {
  const shop = await openMerchant({ keyMode: 'certificate' })
  try {
    const { rootCertificates, appCertificate, alipayCertificate } = shop.simulator
    for (const file of ['root-certificates.pem', 'alipay-certificate.pem']) await rm(join(shop.dataDir, file))
    await shop.restart()
    expect(shop.simulator).toMatchObject({ rootCertificates, appCertificate, alipayCertificate })
    expect(await readFile(join(shop.dataDir, 'alipay-certificate.pem'), 'utf8')).toBe(alipayCertificate)

    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await writeFile(join(shop.dataDir, 'alipay-private-key.pem'), pem)
    await rm(join(shop.dataDir, 'app-certificate.pem'))
    await shop.restart()
    expect(new X509Certificate(shop.simulator.alipayCertificate!).checkPrivateKey(privateKey)).toBe(true)
    expect(await query(shop, 'none')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  } finally {
    await shop.close()
  }
})

it('certifies the merchant’s own key', async () => {
  const privateKey = merchant.simulator.appPrivateKey!
  const appPublicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  const own = await openMerchant({ appPublicKey, keyMode: 'certificate' }, { privateKey })
  try {
    expect(await query(own, 'none')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    const otherKey = other.export({ type: 'spki', format: 'pem' }).toString()
    await own.restart({ appPublicKey: otherKey })
    expect(new X509Certificate(own.simulator.appCertificate!).publicKey.equals(other)).toBe(true)
  } finally {
    await own.close()
  }
})
