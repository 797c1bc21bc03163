import { seeded } from '../faults.ts'
import type { Parameters } from '../rsa.ts'

/**
 * Fields of Alipay's documents and of real notifies that only some products have. Some values contain what breaks a
 * careless parser: JSON, `%`, `+`, `&`, `=`, quotes, spaces, Chinese.
 */
export const FURTHER_FIELDS: Parameters = {
  advance_amount: '88.88',
  agreement_no: '20265612001700000001',
  alipay_store_id: '2016041400077000000003314986',
  alipay_sub_merchant_id: '2088000603999128',
  async_payment_mode: 'NORMAL_ASYNC_PAYMENT',
  auth_trade_pay_mode: 'CREDIT_PREAUTH_PAY',
  biz_settle_mode: '1',
  business_params: '{"data":"123","note":"a&b=c"}',
  buyer_user_type: 'PRIVATE',
  card_balance: '98.23',
  cashier_type: 'WAP',
  charge_amount: '8.88',
  charge_flags: 'bluesea_1',
  charge_info_list: '[{"charge_fee":"0.01","is_rating_on_trade_receiver":"Y"}]',
  credit_biz_order_id: 'ZMCB99202103310000450000041833',
  credit_pay_mode: 'creditAdvanceV2',
  discount_amount: '0.00',
  discount_goods_detail: '[{"goods_id":"茶 +1%","goods_name":"明前龙井 100%","discount_amount":"10.00"}]',
  enterprise_pay_info: '{"is_use_enterprise_pay":true,"invoice_amount":80.00}',
  ext_infos: '{"action":"cancel"}',
  extend_params: '%7B%22a%22%3A1%7D',
  fulfillment_amount: '0.00',
  hb_fq_pay_info: '{"user_install_num":"3","fq_amount":"258.00"}',
  hyb_amount: '10.24',
  industry_sepc_detail: '[{"channel":"医保"}]',
  mdiscount_amount: '0.00',
  medical_insurance_info: '{"gov_pay_amount":"0.00"}',
  merchant_order_no: 'shop/2026=1&2',
  notify_action_type: 'payByAccountAction',
  out_channel_type: 'ALIPAY',
  pay_currency: 'CNY',
  pay_amount: '88.88',
  period_scene: 'false',
  platform_discount: '0.00',
  receipt_currency_type: 'CNY',
  settle_amount: '88.88',
  settle_currency: 'CNY',
  settlement_id: '2018101610032004620239146945',
  store_id: 'NJ_S_001',
  store_name: '证大五道口店 "A" <b>',
  tap_pay_info: '{"tap_device":"A=1&B=2"}',
  terminal_id: 'NJ_T_001',
  trade_settle_info: '{"trade_settle_detail_list":[{"operation_type":"replenish"}]}',
  trans_currency: 'CNY',
  unfreeze_amount: '0.00',
  voucher_detail_list: '[{"amount":"0.20","merchantContribute":"0.00","name":"5折券","other":"+ %zz"}]',
}

/** The most such fields of one notify, and the share of notifies that have any. */
const FIELDS_MAX = 6
const SHARE = 0.5

/** Draws such fields for one notify after the other; the seed decides which. */
export function createFurtherFields(seed: number): () => Parameters {
  const random = seeded(seed)
  const all = Object.entries(FURTHER_FIELDS)
  return () => {
    if (random() >= SHARE) return {}
    const count = 1 + Math.floor(random() * FIELDS_MAX)
    return Object.fromEntries(Array.from({ length: count }, () => all[Math.floor(random() * all.length)]!))
  }
}
