import { generateKeyPairSync, sign } from 'node:crypto'
import { AlipaySdk } from 'alipay-sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readNotify } from './notify.ts'
import { signingText } from './signing-text.ts'

const { privateKey, publicKey: alipayPublicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const sdk = new AlipaySdk({
  appId: '1',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  keyType: 'PKCS8',
  alipayPublicKey: alipayPublicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
})
const receivedAt = new Date('2026-01-02T03:04:59.000Z')
const read = (body: string) => readNotify(body, { alipayPublicKey, receivedAt })

const fields = {
  notify_time: '2026-01-02 11:04:06',
  notify_type: 'trade_status_sync',
  notify_id: '2026010200222110406012345678901234',
  app_id: '9021000000000001',
  auth_app_id: '9021000000000001',
  charset: 'utf-8',
  version: '1.0',
  trade_no: '2026010222001401',
  out_trade_no: 'ord_00000000000000000000000000000001',
  buyer_id: '2088000000000001',
  seller_id: '2088000000000002',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '258.00',
  refund_fee: '0.00',
  subject: '订单支付: 100% + 1',
  gmt_payment: '2026-01-02 11:04:05',
  fund_bill_list: '[{"amount":"258.00","fundChannel":"ALIPAYACCOUNT"}]',
}

/** A form signed as Alipay signs, or with another algorithm. */
function signed(change: Record<string, string | undefined> = {}, algorithm = 'RSA-SHA256', signType = 'RSA2'): string {
  const all = Object.entries({ ...fields, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const given = Object.fromEntries(all)
  const signature = sign(algorithm, Buffer.from(signingText(given)), privateKey).toString('base64')
  return new URLSearchParams({ ...given, sign_type: signType, sign: signature }).toString()
}

test('a payment is read with its facts, in fen and with the moment it was paid', () => {
  expect(read(signed())).toMatchObject({
    notifyId: fields.notify_id,
    appId: fields.app_id,
    sellerId: fields.seller_id,
    outTradeNo: fields.out_trade_no,
    tradeStatus: 'TRADE_SUCCESS',
    says: {
      type: 'money',
      trade: {
        outTradeNo: fields.out_trade_no,
        tradeNo: fields.trade_no,
        amountFen: 25_800,
        paidAt: new Date('2026-01-02T03:04:05.000Z'),
        buyerId: fields.buyer_id,
      },
    },
  })
})

test('the SDK agrees that it is signed', () => {
  expect(sdk.checkNotifySignV2(Object.fromEntries(new URLSearchParams(signed())))).toBe(true)
})

test('TRADE_FINISHED is money too', () => {
  expect(read(signed({ trade_status: 'TRADE_FINISHED' }))).toMatchObject({ says: { type: 'money' } })
})

test('a payment without its moment counts from when we heard of it', () => {
  expect(read(signed({ gmt_payment: undefined }))).toMatchObject({ says: { trade: { paidAt: receivedAt } } })
})

test.each([
  ['waiting_for_buyer', { trade_status: 'WAIT_BUYER_PAY', gmt_payment: undefined }],
  ['trade_closed', { trade_status: 'TRADE_CLOSED' }],
  ['refund_notice', { refund_fee: '1.00', gmt_refund: '2026-01-03 11:04:05', out_biz_no: 'ref_1' }],
  ['refund_notice', { refund_fee: '0.01' }],
])('%s is no money', (why, change) => {
  expect(read(signed(change))).toMatchObject({ says: { type: 'noMoney', why, amountFen: 25_800 } })
})

describe('refuses', () => {
  test.each([
    ['an empty body', '', 'missing_field'],
    ['no signature', new URLSearchParams(fields).toString(), 'missing_field'],
    ['a signature of nothing', `${new URLSearchParams({ ...fields, sign_type: 'RSA2' })}&sign=`, 'missing_field'],
    ['another signature', `${new URLSearchParams({ ...fields, sign_type: 'RSA2' })}&sign=AAAA`, 'bad_signature'],
    [
      'a signature that is not base64',
      `${new URLSearchParams({ ...fields, sign_type: 'RSA2' })}&sign=%00%ff`,
      'bad_signature',
    ],
    ['SHA-1 said openly', signed({}, 'RSA-SHA1', 'RSA'), 'wrong_sign_type'],
    ['SHA-1 called RSA2', signed({}, 'RSA-SHA1', 'RSA2'), 'bad_signature'],
    ['MD5', signed({}, 'RSA-MD5', 'MD5'), 'wrong_sign_type'],
    ['rsa2 in small letters', signed({}, 'RSA-SHA256', 'rsa2'), 'wrong_sign_type'],
    ['a changed amount', signed().replace('258.00', '1.00'), 'bad_signature'],
    ['a repeated field', `${signed()}&total_amount=258.00`, 'duplicated_field'],
    ['a repeated signature', `${signed()}&sign=AAAA`, 'duplicated_field'],
    ['a list', signed().replace('total_amount=', 'total_amount%5B%5D='), 'unknown_field'],
    ['a field Alipay does not have', signed({ price: '1' }), 'unknown_field'],
    ['a field named like an object’s own', signed({ __proto__x: '1' }), 'unknown_field'],
    [
      'two fields joined to one',
      signed()
        .replace(/&auth_app_id=([^&]*)/, '')
        .replace(/app_id=([^&]*)/, 'app_id=$1%26auth_app_id%3D$1'),
      'malformed_field',
    ],
    ['no amount', signed({ total_amount: undefined }), 'missing_field'],
    ['an amount that is none', signed({ total_amount: '1e3' }), 'malformed_field'],
    ['an amount with a leading zero', signed({ total_amount: '0258.00' }), 'malformed_field'],
    ['a status that is none', signed({ trade_status: 'PAID' }), 'malformed_field'],
    ['a time that is none', signed({ gmt_payment: 'yesterday' }), 'malformed_field'],
    ['JSON', JSON.stringify(fields), 'unknown_field'],
  ])('%s', (_name, body, why) => {
    expect(read(body)).toBe(why)
  })

  test('a notify in which any one byte is another one', () => {
    const body = signed()
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
        const changed = body.slice(0, at) + String.fromCharCode(code) + body.slice(at + 1)
        const same = new URLSearchParams(changed).toString() === new URLSearchParams(body).toString()
        const result = read(changed)
        // Base64 has a few spellings for the same bytes; nothing but the signature's own spelling may differ.
        if (!same && typeof result === 'object')
          expect({ ...result, body: '' }).toEqual({ ...(read(body) as object), body: '' })
      }),
      { numRuns: 2_000 },
    )
  })
})

test('never throws, whatever the body', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), body => typeof read(body) === 'string'))
})

test('reads every signed notify back as it was signed, whatever its free text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), subject => {
      fc.pre(subject.isWellFormed())
      expect(read(signed({ subject }))).toMatchObject({ outTradeNo: fields.out_trade_no })
    }),
  )
})
