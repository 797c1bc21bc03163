import { constants, createSign, sign as cryptoSign, generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { type Parameters, signingText, signText } from '../rsa.ts'
import { verifyRequest } from './verify-request.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const app = {
  appId: '9021',
  sellerId: '2088',
  publicKey,
  products: new Set<never>(),
  miniAppId: '2021',
  buyerIds: 'both',
} as const
const sound = {
  method: 'alipay.trade.query',
  app_id: '9021',
  charset: 'utf-8',
  version: '1.0',
  sign_type: 'RSA2',
  timestamp: '2026-02-01 00:00:00',
  biz_content: '{"out_trade_no":"茶 & 1"}',
}

const verify = (parameters: Parameters) => verifyRequest(parameters, app, method => method === 'alipay.trade.query')

function signed(changed: Record<string, string | undefined> = {}): Parameters {
  const entries = Object.entries({ ...sound, ...changed }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const parameters = Object.fromEntries(entries)
  return { ...parameters, sign: signText(signingText(parameters), privateKey) }
}

it('accepts a valid request', () => {
  expect(verify(signed())).toMatchObject({ ok: true, method: 'alipay.trade.query' })
  expect(verify(signed({ format: 'json', charset: 'UTF-8' }))).toMatchObject({ ok: true })
})

it.each([
  [{ method: undefined }, '40001', 'isv.missing-method'],
  [{ app_id: undefined }, '40001', 'isv.missing-app-id'],
  [{ sign_type: undefined }, '40001', 'isv.missing-signature-type'],
  [{ timestamp: undefined }, '40001', 'isv.missing-timestamp'],
  [{ version: undefined }, '40001', 'isv.missing-version'],
  [{ method: 'alipay.no.such' }, '40002', 'isv.invalid-method'],
  [{ app_id: '1' }, '40002', 'isv.invalid-app-id'],
  [{ sign_type: 'RSA' }, '40002', 'isv.invalid-signature-type'],
  [{ sign_type: 'MD5' }, '40002', 'isv.invalid-signature-type'],
  [{ charset: 'GBK' }, '40002', 'isv.invalid-charset'],
  [{ charset: undefined }, '40002', 'isv.invalid-charset'],
  [{ timestamp: '2026-02-30 00:00:00' }, '40002', 'isv.invalid-timestamp'],
  [{ timestamp: '1769875200' }, '40002', 'isv.invalid-timestamp'],
  [{ version: '2.0' }, '40002', 'isv.invalid-version'],
  [{ format: 'xml' }, '40002', 'isv.invalid-format'],
])('refuses %j with %s %s', (changed, code, subCode) => {
  expect(verify(signed(changed))).toMatchObject({ ok: false, problem: { code, subCode } })
})

it('refuses a request without a signature', () => {
  expect(verify(sound)).toMatchObject({ problem: { code: '40001', subCode: 'isv.missing-signature' } })
})

it('refuses a tampered request, and quotes the text that should have been signed', () => {
  const parameters = { ...signed(), biz_content: '{"out_trade_no":"other"}' }
  const verified = verify(parameters)
  expect(verified).toMatchObject({
    ok: false,
    problem: { code: '40002', subCode: 'isv.invalid-signature', signed: true },
  })
  const quoted = 'app_id=9021&amp;biz_content={&quot;out_trade_no&quot;:&quot;other&quot;}&amp;charset=utf-8&amp;'
  expect(verified).toMatchObject({ problem: { subMsg: expect.stringContaining(quoted) } })
})

it('covers sign_type by the signature', () => {
  const sign = signText(signingText(sound, 'sign_type'), privateKey)
  expect(verify({ ...sound, sign })).toMatchObject({ problem: { subCode: 'isv.invalid-signature' } })
})

it('accepts only RSA-SHA256 with PKCS#1 padding by the app key', () => {
  const text = signingText(sound)
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const forgeries = [
    createSign('RSA-SHA1').update(text).sign(privateKey, 'base64'),
    createSign('RSA-SHA256').update(text).sign(stranger, 'base64'),
    cryptoSign('RSA-SHA256', Buffer.from(text), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }).toString(
      'base64',
    ),
    'not base64 %%%',
  ]
  for (const sign of forgeries) {
    expect(verify({ ...sound, sign })).toMatchObject({ problem: { subCode: 'isv.invalid-signature' } })
  }
})
