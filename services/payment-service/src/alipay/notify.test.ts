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

function signedForm(entries: ReadonlyMap<string, string>): string {
  const text = [...entries.keys()].sort().map(name => `${name}=${entries.get(name)}`)
  const signature = sign('RSA-SHA256', Buffer.from(text.join('&')), privateKey).toString('base64')
  return new URLSearchParams([...entries, ['sign_type', 'RSA2'], ['sign', signature]]).toString()
}

test('a payment is read with its facts, in fen and with the moment it was paid', () => {
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

test('the SDK agrees that it is signed', () => {
  expect(sdk.checkNotifySignV2(Object.fromEntries(new URLSearchParams(signed())))).toBe(true)
})

test('TRADE_FINISHED is money too', () => {
  expect(read(signed({ trade_status: 'TRADE_FINISHED' }))).toMatchObject({ content: { type: 'paid' } })
})

test('a payment without its moment counts from when we heard of it', () => {
  expect(read(signed({ gmt_payment: undefined }))).toMatchObject({ content: { trade: { paidAt: receivedAt } } })
  expect(read(signed({ gmt_payment: '2026-01-02 11:04:05.678' }))).toMatchObject({
    content: { trade: { paidAt: new Date('2026-01-02T03:04:05.000Z') } },
  })
})

test.each([
  ['waiting_for_buyer', { trade_status: 'WAIT_BUYER_PAY', gmt_payment: undefined }],
  ['trade_closed', { trade_status: 'TRADE_CLOSED' }],
  ['refund_notice', { refund_fee: '1.00', gmt_refund: '2026-01-03 11:04:05', out_biz_no: 'ref_1' }],
  ['refund_notice', { refund_fee: '0.01' }],
])('%s is no money', (reason, change) => {
  expect(read(signed(change))).toMatchObject({ content: { type: 'noMoney', reason, amountFen: 25_800 } })
})

test.each([
  ['a part', 'HZ01RF001', 100, { refund_fee: '1.00', out_biz_no: 'HZ01RF001' }],
  ['all of it', 'HZ01RF001', 25_800, { refund_fee: '258.00', out_biz_no: 'HZ01RF001', trade_status: 'TRADE_CLOSED' }],
  ['a part, without a number', undefined, 100, { refund_fee: '1.00' }],
])('a refund of %s says which, how much, and when', (_name, requestNo, refundedFen, change) => {
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

/** Names that Alipay's documents and real notifies have, with values as they have them, or worse. */
const furtherFields: Record<string, string> = {
  advance_amount: '88.88',
  alipay_store_id: '2016041400077000000003314986',
  alipay_sub_merchant_id: '2088000603999128',
  async_payment_mode: 'NORMAL_ASYNC_PAYMENT',
  auth_trade_pay_mode: 'CREDIT_PREAUTH_PAY',
  biz_settle_mode: '1',
  business_params: '{"data":"123","note":"a&b=c"}',
  buyer_open_id: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5',
  buyer_user_type: 'PRIVATE',
  card_balance: '98.23',
  charge_amount: '8.88',
  charge_flags: 'bluesea_1',
  charge_info_list: '[{"charge_fee":"0.01","is_rating_on_trade_receiver":"Y"}]',
  chargeback_id: '',
  credit_biz_order_id: 'ZMCB99202103310000450000041833',
  credit_pay_mode: 'creditAdvanceV2',
  delegate_flag: 'true',
  discount_amount: '0.00',
  discount_goods_detail: '[{"goods_id":"茶 +1%","goods_name":"明前龙井 100%","discount_amount":"10.00"}]',
  dback_status: 'I',
  dback_amount: '0.00',
  enterprise_pay_info: '{"is_use_enterprise_pay":true,"invoice_amount":80.00}',
  ext_infos: '{"action":"cancel"}',
  extend_params: '%7B%22a%22%3A1%7D',
  fulfillment_amount: '0.00',
  hb_fq_pay_info: '{"user_install_num":"3","fq_amount":"258.00"}',
  hyb_amount: '10.24',
  industry_sepc_detail: '[{"channel":"医保"}]',
  intact_charge_info_list: '[]',
  mdiscount_amount: '0.00',
  medical_insurance_amount: '0.00',
  merchant_order_no: 'shop/2026=1&2',
  open_id: '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5',
  out_channel_type: 'ALIPAY',
  passback_params: 'merchantBizType%3d3C%26merchantBizNo%3d2016010101111',
  pay_currency: 'CNY',
  period_scene: 'false',
  platform_discount: '0.00',
  receipt_currency_type: 'CNY',
  refund_detail_item_list: '[{"amount":"1.00","fund_channel":"ALIPAYACCOUNT"}]',
  settlement_id: '2018101610032004620239146945',
  store_id: 'NJ_S_001',
  store_name: '证大五道口店 "A" <b>',
  terminal_id: 'NJ_T_001',
  trade_settle_info: '{"trade_settle_detail_list":[{"operation_type":"replenish"}]}',
  voucher_detail_list: '[{"amount":"0.20","merchantContribute":"0.00","name":"5折券","other":"+ %zz"}]',
}

describe('takes fields that Alipay adds with its products', () => {
  test.each(Object.entries(furtherFields))('%s', (name, value) => {
    expect(read(signed({ [name]: value }))).toMatchObject({ content: { type: 'paid', trade: { amountFen: 25_800 } } })
  })

  test('optional fields that are empty', () => {
    const empty = { refund_fee: '', out_biz_no: '', gmt_close: '', auth_app_id: '' }
    expect(read(signed(empty))).toMatchObject({ content: { type: 'paid', trade: { amountFen: 25_800 } } })
  })

  test('all of them at once, and names that objects have themselves', () => {
    const odd = { __proto__x: '1', constructor: 'x', toString: 'x', refused: 'bad_signature', fields: '1' }
    expect(read(signed({ ...furtherFields, ...odd }))).toMatchObject({ content: { type: 'paid' } })
    expect(read(signedForm(new Map([...Object.entries(fields), ['__proto__', 'x']])))).toMatchObject({
      content: { type: 'paid' },
    })
  })

  test('a notify in GBK, whose signature covers its own bytes', () => {
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

test('what is kept of a notify can be stored', () => {
  const notify = read(signed({ body: 'a' }).replace('body=a', 'body=\0')) as { refused?: string }
  expect(notify.refused).toBe('bad_signature')
  expect(read(signed({ body: '\0' }).replace('%00', '\0'))).toMatchObject({ body: expect.not.stringContaining('\0') })
})

describe('refuses what Alipay signed, names the field and says that it is signed', () => {
  const attack = { subject: 'x&total_amount=999.00&total_amountz=', total_amount: '0.01' }
  test.each<[string, string, string, string]>([
    ['a list', signed({ 'total_amount[]': '1' }), 'malformed_name', 'total_amount[]'],
    ['an empty name', signed({ '': '1' }), 'malformed_name', ''],
    ['a name with =', signed({ 'a=b': '1' }), 'malformed_name', 'a=b'],
    ['a name with &', signed({ 'a&b': '1' }), 'malformed_name', 'a&b'],
    ['a very long name', signed({ ['x'.repeat(2_000)]: '1' }), 'malformed_name', 'x'.repeat(64)],
    ['another amount inside of free text', signed(attack), 'ambiguous_field', 'total_amount'],
    [
      'the same, split so that the true amount is part of another field',
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
      'two fields joined to one',
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

  test('an amount with a leading zero, which is no amount', () => {
    expect(read(signed({ total_amount: '0258.00' }))).toMatchObject({ refused: 'malformed_field', signed: {} })
  })
})

describe('refuses what Alipay did not sign', () => {
  test.each([
    ['an empty body', '', 'not_signed'],
    ['no signature', new URLSearchParams(fields).toString(), 'not_signed'],
    ['a signature of nothing', `${new URLSearchParams({ ...fields, sign_type: 'RSA2' })}&sign=`, 'not_signed'],
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
    ['JSON', JSON.stringify(fields), 'not_signed'],
    ['a name changed after signing', signed({ store_id: '1' }).replace('store_id', 'store_ie'), 'bad_signature'],
  ])('%s', (_name, body, why) => {
    expect(read(body)).toMatchObject({ refused: why })
    expect(read(body)).not.toHaveProperty('signed')
  })

  test('a notify in which any one byte is another one', () => {
    const body = signed()
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
        const changed = body.slice(0, at) + String.fromCharCode(code) + body.slice(at + 1)
        const same = new URLSearchParams(changed).toString() === new URLSearchParams(body).toString()
        const result = read(changed)
        // Base64 has a few spellings for the same bytes; nothing but the signature's own spelling may differ.
        if (!same && !('refused' in result))
          expect({ ...result, body: '' }).toEqual({ ...(read(body) as object), body: '' })
      }),
      { numRuns: 2_000 },
    )
  })
})

test('never throws, whatever the body', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), body => 'refused' in read(body)))
})

test('reads every signed notify back as it was signed, whatever its free text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), subject => {
      fc.pre(subject.isWellFormed())
      expect(read(signed({ subject }))).toMatchObject({ outTradeNo: fields.out_trade_no })
    }),
  )
})
