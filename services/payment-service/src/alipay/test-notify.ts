import { generateKeyPairSync, sign } from 'node:crypto'
import { signingText } from './signing-text.ts'

/** Alipay's key pair in these tests. */
export const { privateKey, publicKey: alipayPublicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The fields of a notify about a payment. */
export const fields = {
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

/** A form that Alipay has signed over the fields and `change`, or that is signed with another algorithm. */
export function signed(
  change: Record<string, string | undefined> = {},
  algorithm = 'RSA-SHA256',
  signType = 'RSA2',
): string {
  const all = Object.entries({ ...fields, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const given = Object.fromEntries(all)
  const signature = sign(algorithm, Buffer.from(signingText(given)), privateKey).toString('base64')
  return new URLSearchParams({ ...given, sign_type: signType, sign: signature }).toString()
}

/** A form that Alipay has signed over any fields, also ones that an object literal cannot have. */
export function signedForm(entries: ReadonlyMap<string, string>): string {
  const text = [...entries.keys()].sort().map(name => `${name}=${entries.get(name)}`)
  const signature = sign('RSA-SHA256', Buffer.from(text.join('&')), privateKey).toString('base64')
  return new URLSearchParams([...entries, ['sign_type', 'RSA2'], ['sign', signature]]).toString()
}

/** Further fields in Alipay's documents and in real notifies, with values as they occur there, or harder ones. */
export const furtherFields: Record<string, string> = {
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
