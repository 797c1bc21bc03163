import { sign } from 'node:crypto'
import { AlipaySdk } from 'alipay-sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNotify } from './notify.ts'
import { signingText } from './signing-text.ts'
import { alipayPublicKey, fields, furtherFields, privateKey, signed, signedForm } from './test-notify.ts'
import { createKeyVerifier } from './verifier.ts'

const sdk = new AlipaySdk({
  appId: '1',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  keyType: 'PKCS8',
  alipayPublicKey: alipayPublicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
})
const receivedAt = new Date('2026-01-02T03:04:59.000Z')
const read = (body: string) => readNotify(body, { verifier: createKeyVerifier([alipayPublicKey]), receivedAt })

it('reads a payment with its amount in fen and its time', () => {
  expect(read(signed())).toMatchObject({
    notifyId: fields.notify_id,
    appId: fields.app_id,
    sellerId: fields.seller_id,
    outTradeNo: fields.out_trade_no,
    tradeStatus: 'TRADE_SUCCESS',
    content: {
      type: 'paid',
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

it.each([
  ['no id', {}, undefined],
  ['an open id', { buyer_open_id: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5' }, /^074a1Cc/],
  ['both ids', { buyer_id: '2088000000000002', buyer_open_id: '074a1Cc' }, /^2088000000000002$/],
])('reads a payment whose buyer has %s', (_name, ids, buyerId) => {
  const notify = read(signed({ buyer_id: undefined, ...ids }))
  expect(notify).toMatchObject({ content: { type: 'paid' } })
  const { trade } = (notify as { content: { trade: { buyerId?: string } } }).content
  expect(trade.buyerId).toEqual(buyerId && expect.stringMatching(buyerId))
})

it('accepts the same signature as the SDK', () => {
  expect(sdk.checkNotifySignV2(Object.fromEntries(new URLSearchParams(signed())))).toBe(true)
})

it('reads TRADE_FINISHED as a payment', () => {
  expect(read(signed({ trade_status: 'TRADE_FINISHED' }))).toMatchObject({ content: { type: 'paid' } })
})

it('takes the time of receipt for a payment without a time, and cuts off parts of a second', () => {
  expect(read(signed({ gmt_payment: undefined }))).toMatchObject({ content: { trade: { paidAt: receivedAt } } })
  expect(read(signed({ gmt_payment: '2026-01-02 11:04:05.678' }))).toMatchObject({
    content: { trade: { paidAt: new Date('2026-01-02T03:04:05.000Z') } },
  })
})

it.each([
  ['waiting_for_buyer', { trade_status: 'WAIT_BUYER_PAY', gmt_payment: undefined }],
  ['trade_closed', { trade_status: 'TRADE_CLOSED' }],
  ['refund_notice', { refund_fee: '1.00', gmt_refund: '2026-01-03 11:04:05', out_biz_no: 'ref_1' }],
  ['refund_notice', { refund_fee: '0.01' }],
])('reads no payment: %s', (reason, change) => {
  expect(read(signed(change))).toMatchObject({ content: { type: 'noMoney', reason, amountFen: 25_800 } })
})

it.each([
  ['a part', 'HZ01RF001', 100, { refund_fee: '1.00', out_biz_no: 'HZ01RF001' }],
  ['all of it', 'HZ01RF001', 25_800, { refund_fee: '258.00', out_biz_no: 'HZ01RF001', trade_status: 'TRADE_CLOSED' }],
  ['a part, without a number', undefined, 100, { refund_fee: '1.00' }],
])('reads number, amount and time of a refund of %s', (_name, requestNo, refundedFen, change) => {
  expect(read(signed({ gmt_refund: '2026-01-03 11:04:05.123', ...change }))).toMatchObject({
    content: {
      type: 'noMoney',
      refunded: {
        trade: { outTradeNo: fields.out_trade_no, tradeNo: fields.trade_no, amountFen: 25_800 },
        refund: { requestNo, refundedFen, at: new Date('2026-01-03T03:04:05Z') },
      },
    },
  })
})

describe('accepts fields that Alipay adds with its products', () => {
  it.each(Object.entries(furtherFields))('%s', (name, value) => {
    expect(read(signed({ [name]: value }))).toMatchObject({ content: { type: 'paid', trade: { amountFen: 25_800 } } })
  })

  it('optional fields without a value', () => {
    const empty = { refund_fee: '', out_biz_no: '', gmt_close: '', auth_app_id: '' }
    expect(read(signed(empty))).toMatchObject({ content: { type: 'paid', trade: { amountFen: 25_800 } } })
  })

  it('all of them at once, and names of inherited properties', () => {
    const odd = { __proto__x: '1', constructor: 'x', toString: 'x', refused: 'bad_signature', fields: '1' }
    expect(read(signed({ ...furtherFields, ...odd }))).toMatchObject({ content: { type: 'paid' } })
    expect(read(signedForm(new Map([...Object.entries(fields), ['__proto__', 'x']])))).toMatchObject({
      content: { type: 'paid' },
    })
  })

  it('a notify in GBK, whose signature covers its own bytes', () => {
    const gbk = { ...fields, charset: 'GBK', subject: '@@' }
    const subject = Buffer.from([0xb6, 0xa9, 0xb5, 0xa5])
    const text = Buffer.from(signingText(gbk)).toString('latin1').replace('@@', subject.toString('latin1'))
    const signature = sign('RSA-SHA256', Buffer.from(text, 'latin1'), privateKey).toString('base64')
    const form = new URLSearchParams({ ...gbk, sign_type: 'RSA2', sign: signature }).toString()
    const body = form.replace('%40%40', '%B6%A9%B5%A5')
    expect(read(body)).toMatchObject({ content: { type: 'paid', trade: { amountFen: 25_800 } } })
    expect(read(body.replace('258.00', '1.00'))).toMatchObject({ refused: 'bad_signature' })
  })
})

it('returns a body that PostgreSQL can store', () => {
  const notify = read(signed({ body: 'a' }).replace('body=a', 'body=\0')) as { refused?: string }
  expect(notify.refused).toBe('bad_signature')
  expect(read(signed({ body: '\0' }).replace('%00', '\0'))).toMatchObject({ body: expect.not.stringContaining('\0') })
})

describe('refuses a signed notify, and names the field', () => {
  const attack = { subject: 'x&total_amount=999.00&total_amountz=', total_amount: '0.01' }
  it.each<[string, string, string, string]>([
    ['a list', signed({ 'total_amount[]': '1' }), 'malformed_name', 'total_amount[]'],
    ['an empty name', signed({ '': '1' }), 'malformed_name', ''],
    ['a name with =', signed({ 'a=b': '1' }), 'malformed_name', 'a=b'],
    ['a name with &', signed({ 'a&b': '1' }), 'malformed_name', 'a&b'],
    ['a very long name', signed({ ['x'.repeat(2_000)]: '1' }), 'malformed_name', 'x'.repeat(64)],
    ['another amount inside free text', signed(attack), 'ambiguous_field', 'total_amount'],
    [
      'the same, with the true amount moved into another field',
      signed(attack)
        .replace(/&total_amount=0\.01/, '')
        .replace(
          /subject=[^&]*/,
          `subject=x&total_amount=999.00&total_amountz=${encodeURIComponent('&total_amount=0.01')}`,
        ),
      'ambiguous_field',
      'total_amount',
    ],
    [
      'a refund hidden in the field before it',
      signed({ receipt_amount: '1.00', refund_fee: '1.00' })
        .replace(/&refund_fee=1\.00/, '')
        .replace('receipt_amount=1.00', 'receipt_amount=1.00%26refund_fee%3D1.00'),
      'ambiguous_field',
      'refund_fee',
    ],
    [
      'two fields joined into one',
      signed()
        .replace(/&auth_app_id=([^&]*)/, '')
        .replace(/app_id=([^&]*)/, 'app_id=$1%26auth_app_id%3D$1'),
      'malformed_field',
      'app_id',
    ],
    ['no amount', signed({ total_amount: undefined }), 'missing_field', 'total_amount'],
    ['no seller', signed({ seller_id: undefined }), 'missing_field', 'seller_id'],
    ['an amount that is none', signed({ total_amount: '1e3' }), 'malformed_field', 'total_amount'],
    ['a status that is none', signed({ trade_status: 'PAID' }), 'malformed_field', 'trade_status'],
    [
      'a number with a line break',
      signed({ out_trade_no: `${fields.out_trade_no}\n` }),
      'malformed_field',
      'out_trade_no',
    ],
    ['a time that is none', signed({ gmt_payment: 'yesterday' }), 'malformed_field', 'gmt_payment'],
    ['a refund that is none', signed({ refund_fee: '-1' }), 'malformed_field', 'refund_fee'],
    ['an odd refund number', signed({ out_biz_no: 'a=b' }), 'malformed_field', 'out_biz_no'],
  ])('%s', (_name, body, refused, field) => {
    expect(read(body)).toMatchObject({ refused, field, signed: { body: expect.any(String) } })
  })

  it('an amount with a leading zero', () => {
    expect(read(signed({ total_amount: '0258.00' }))).toMatchObject({ refused: 'malformed_field', signed: {} })
  })
})

describe('refuses a body that Alipay did not sign', () => {
  it.each([
    ['an empty body', '', 'not_signed'],
    ['no signature', new URLSearchParams(fields).toString(), 'not_signed'],
    ['a signature of nothing', `${new URLSearchParams({ ...fields, sign_type: 'RSA2' })}&sign=`, 'not_signed'],
    ['another signature', `${new URLSearchParams({ ...fields, sign_type: 'RSA2' })}&sign=AAAA`, 'bad_signature'],
    [
      'a signature that is not base64',
      `${new URLSearchParams({ ...fields, sign_type: 'RSA2' })}&sign=%00%ff`,
      'bad_signature',
    ],
    ['SHA-1 named in sign_type', signed({}, 'RSA-SHA1', 'RSA'), 'wrong_sign_type'],
    ['SHA-1 named RSA2', signed({}, 'RSA-SHA1', 'RSA2'), 'bad_signature'],
    ['MD5', signed({}, 'RSA-MD5', 'MD5'), 'wrong_sign_type'],
    ['rsa2 in small letters', signed({}, 'RSA-SHA256', 'rsa2'), 'wrong_sign_type'],
    ['a changed amount', signed().replace('258.00', '1.00'), 'bad_signature'],
    ['a repeated field', `${signed()}&total_amount=258.00`, 'duplicated_field'],
    ['a repeated signature', `${signed()}&sign=AAAA`, 'duplicated_field'],
    ['JSON', JSON.stringify(fields), 'not_signed'],
    ['a name changed after signing', signed({ store_id: '1' }).replace('store_id', 'store_ie'), 'bad_signature'],
  ])('%s', (_name, body, why) => {
    expect(read(body)).toMatchObject({ refused: why })
    expect(read(body)).not.toHaveProperty('signed')
  })

  it('a notify in which any byte is changed', () => {
    const body = signed()
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
        const changed = body.slice(0, at) + String.fromCharCode(code) + body.slice(at + 1)
        const same = new URLSearchParams(changed).toString() === new URLSearchParams(body).toString()
        const result = read(changed)
        // Base64 has several spellings of the same bytes, so only the spelling of the signature may differ.
        if (!same && !('refused' in result))
          expect({ ...result, body: '' }).toEqual({ ...(read(body) as object), body: '' })
      }),
      { numRuns: 2_000 },
    )
  })
})

it('never throws, whatever the body', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), body => 'refused' in read(body)))
})

it('reads every signed notify, whatever its free text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), subject => {
      fc.pre(subject.isWellFormed())
      expect(read(signed({ subject }))).toMatchObject({ outTradeNo: fields.out_trade_no })
    }),
  )
})
