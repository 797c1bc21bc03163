import { CaseKind, caseTrailNames } from '@alipay-checkout/contracts'
import { expect, it } from 'vitest'
import { causeInChinese } from './cause-words.ts'

const id = '018f0000-0000-7000-8000-000000000001'

it.each([
  ['clock', '到期'],
  ['request of customer-1', 'customer-1 的请求'],
  ['requested by ann@shop', 'ann@shop 的请求'],
  [`StockReserved ${id}`, `库存已预留（StockReserved） ${id}`],
  [`PaymentSucceeded ${id} (notify)`, `付款成功（PaymentSucceeded），支付宝通知 ${id}`],
  [`RefundFailed ${id} (ACQ.NO_MONEY)`, `退款失败（RefundFailed），支付宝返回：ACQ.NO_MONEY ${id}`],
  ['OrderCreated', '下单（OrderCreated）'],
  ['OrderClosing: expired', '订单关闭中：超过付款期限'],
  ['Alipay: TRADE_SUCCESS', '支付宝：交易成功（TRADE_SUCCESS）'],
  ['late_payment, by order-service', '逾期付款，申请人 order-service'],
  [`case_${'0'.repeat(32)}, approved by 掌柜`, '差错 …000000000000，掌柜 复核通过'],
  ['the bill of 2026-03-01 has it as paid', '2026-03-01 的账单显示已付款'],
  ['the last query to Alipay', '最近一次查询支付宝'],
  ['the shopper may have gone to Alipay', '顾客可能已前往支付宝'],
  ['restore', '恢复备份后查询'],
  ['queried_later', '结果不明，稍后查询'],
  ['opened by system', '系统 发现差错'],
])('says the cause “%s” in Chinese', (cause, said) => {
  expect(causeInChinese(cause)).toBe(said)
})

it('knows every cause of an entry about a case', () => {
  for (const kind of CaseKind.anyOf) expect(causeInChinese(kind.const), kind.const).toMatch(/\p{Script=Han}/u)
  for (const what of caseTrailNames) expect(causeInChinese(`${what} by ann`), what).toMatch(/\p{Script=Han}/u)
})

it('leaves a cause that is unknown as it is', () => {
  expect(causeInChinese('the moon was full')).toBeUndefined()
  expect(causeInChinese('full')).toBeUndefined()
})
