import { expect, it } from 'vitest'
import { summaryInChinese, type WordedCase } from './case-words.ts'
import { evidenceInChinese } from './evidence-words.ts'

const base = { summary: '', outTradeNo: 'a1', proposal: { action: 'query_trade' } }

it.each<[string, Partial<WordedCase> & Pick<WordedCase, 'kind' | 'evidence'>, string]>([
  [
    'another amount',
    { kind: 'amount_mismatch', evidence: { result: 'amount_differs', expectedFen: 100, trade: { amountFen: 90 } } },
    '支付宝通知的金额与订单不符，订单 ¥1.00，支付宝 ¥0.90：a1',
  ],
  [
    'a refused notify',
    { kind: 'notify_refused', evidence: { reason: 'missing_field', field: 'total_amount' } },
    '支付宝的通知被拒：缺少涉及资金的字段（total_amount）',
  ],
  [
    'a refund that Alipay refused',
    { kind: 'refund_failed', evidence: { amountFen: 500, why: 'ACQ.NO_MONEY' }, proposal: { action: 'retry_refund' } },
    '支付宝拒绝了退款 ¥5.00：支付宝返回：ACQ.NO_MONEY',
  ],
  [
    'a refund that stays unclear',
    { kind: 'refund_failed', evidence: { amountFen: 500, tries: 9 }, proposal: { action: 'none' } },
    '退款 ¥5.00 在 9 次尝试后结果仍不明',
  ],
  [
    'a difference of the bill',
    {
      kind: 'bill_difference',
      summary: 'Bill of 2026-03-01, payment missing there: a1: the bill does not have this payment',
      evidence: { date: '2026-03-01', difference: 'payment_missing_there', subject: 'a1' },
    },
    '2026-03-01 账单，账单缺收款：a1，账单没有该笔收款',
  ],
  [
    'a certificate',
    {
      kind: 'certificate_expiring',
      summary: 'The certificate in ALIPAY_APP_CERT ends on 2026-03-01: …',
      evidence: { certificate: 'app', setting: 'ALIPAY_APP_CERT', endsAt: '2026-03-01T00:00:00.000Z' },
    },
    '应用公钥证书（ALIPAY_APP_CERT）将于 2026-03-01 到期：到期后支付宝将拒绝我方的调用和链接',
  ],
  [
    'a dead letter about money',
    {
      kind: 'parked_message',
      evidence: { groupId: 'order-service', type: 'PaymentSucceeded', reason: 'it has no value', aboutMoney: true },
    },
    '订单服务无法处理付款成功（PaymentSucceeded）（涉及资金）：没有内容',
  ],
])('says in Chinese what is wrong: %s', (_what, about, said) => {
  expect(summaryInChinese({ ...base, ...about })).toBe(said)
})

it('knows no words for a kind that does not exist', () => {
  expect(summaryInChinese({ ...base, kind: 'constructor', evidence: null })).toBeUndefined()
})

it.each([
  ['reason', 'missing_field', '缺少涉及资金的字段'],
  ['reason', 'late_payment', '逾期付款'],
  ['reason', 'it has no value', '没有内容'],
  ['result', 'amount_differs', '金额与订单不符'],
  ['certificate', 'root', '支付宝根证书'],
  ['tradeStatus', 'TRADE_CLOSED', '交易关闭（TRADE_CLOSED）'],
  ['why', 'socket hang up', undefined],
  ['body', 'paid', undefined],
])('says the %s “%s” of the evidence in Chinese', (name, value, said) => {
  expect(evidenceInChinese(name, value)).toBe(said)
})
