import { describe, expect, it } from 'vitest'
import { alipayAnswer, paymentResult, refundWhy, tradeInChinese } from './alipay-sentences.ts'
import { billDifference } from './bill-sentences.ts'
import { noteInChinese, proposalWhy } from './case-sentences.ts'
import { checkOutcome } from './check-sentences.ts'
import { deadLetterReason } from './dead-letter-reasons.ts'
import { fieldInChinese, fieldMessage } from './field-words.ts'
import { problemDetail } from './problem-sentences.ts'

describe('what Alipay answered', () => {
  it.each([
    ['no answer within 5000 ms', '支付宝在 5 秒内没有响应'],
    ['40004 ACQ.TRADE_HAS_SUCCESS 交易已被支付', '支付宝返回：40004 ACQ.TRADE_HAS_SUCCESS 交易已被支付'],
    ['20000 isp.unknow-error 系统繁忙', '支付宝返回：20000 isp.unknow-error 系统繁忙'],
    ['ACQ.SELLER_BALANCE_NOT_ENOUGH', '支付宝返回：ACQ.SELLER_BALANCE_NOT_ENOUGH'],
    ['its refund_amount is missing', '支付宝返回的退款金额为空'],
    ['Alipay has not received it; it is sent again', '支付宝未收到该退款，将重新发送'],
  ])('“%s” in Chinese', (text, said) => expect(alipayAnswer(text)).toBe(said))

  it('is shown as it is where it is unknown, and where a person wrote it', () => {
    expect(alipayAnswer('socket hang up')).toBeUndefined()
    expect(refundWhy({ why: 'bought by mistake', status: 'REJECTED' })).toBe('bought by mistake')
    expect(tradeInChinese('TRADE_NEW')).toBe('TRADE_NEW')
  })
})

describe('what a query or closing led to', () => {
  it.each([
    ['Alipay reports it as paid. The payment has been recorded.', '支付宝显示已付款，现已入账。'],
    [
      'Alipay reports a payment of 1234 fen, which is rejected (amount_differs): see its case.',
      '支付宝显示付款 ¥12.34，未予入账（金额与订单不符）：请查看对应的差错。',
    ],
    [
      'Alipay gave no clear answer (no answer within 5000 ms). Closing is tried again automatically.',
      '支付宝没有给出明确的答复（支付宝在 5 秒内没有响应）。将自动重试关闭。',
    ],
    [
      'No buyer has used it yet, so Alipay has nothing to close. Its link can be paid until 2026-03-01T08:00:00.000Z; cancel the order to end it.',
      '尚无买家使用，支付宝没有可关闭的交易。该链接在 2026-03-01T08:00:00.000Z 前仍可付款；如需终止，请取消订单。',
    ],
  ])('“%s” in Chinese', (text, said) => expect(paymentResult(text)).toBe(said))
})

describe('what a difference of the bill is', () => {
  it.each([
    ['the bill does not have this payment; the neighbouring day decides', '账单没有该笔收款；待相邻日期的账单确认'],
    [
      'the ledger has this payment as CLOSED; queried again, Alipay reports unknown',
      '我方账中该笔收款为“已关闭”；再次查询，支付宝显示没有明确的答复',
    ],
    [
      'its summary has 2 payments of 300 fen and 0 refunds of 0 fen, its lines have 1 payments of 100 fen and 0 refunds of 0 fen',
      '账单汇总为收款 2 笔 ¥3.00、退款 0 笔 ¥0.00，明细为收款 1 笔 ¥1.00、退款 0 笔 ¥0.00',
    ],
  ])('“%s” in Chinese', (text, said) => expect(billDifference(text)).toBe(said))

  it('is shown as it is where a part is unknown', () => {
    expect(billDifference('both have this payment, with different amounts; and more')).toBeUndefined()
  })
})

describe('the reason of a dead letter', () => {
  it.each([
    ['it has no CloudEvents headers ce_type and ce_id', '没有 CloudEvents 消息头 ce_type 和 ce_id'],
    ['its ce_id is not a UUID: 12', 'ce_id 不是 UUID：12'],
    ['its type is unknown: OrderGifted', '未知的事件类型：OrderGifted'],
    [
      'its data is not that of OrderPaid: /amountFen must be integer',
      '内容不符合订单已付款（OrderPaid）的格式：/amountFen 须为整数',
    ],
    [
      'its data is not that of OrderPaid:  must have required properties orderId',
      '内容不符合订单已付款（OrderPaid）的格式：为必填项',
    ],
    ['its value is not JSON: Unexpected token', '内容不是 JSON：Unexpected token'],
    [
      'it has no value (it is too large for this topic: the whole record is in order.events/0 at offset 7)',
      '没有内容（消息过大，完整内容在 order.events/0，偏移量 7）',
    ],
    [
      'it could not be published: Kafka refused it: INVALID_RECORD: no',
      '无法发布：Kafka 拒绝保存（INVALID_RECORD：no）',
    ],
    ['unknown_order: paymentSucceeded for ord_1', '拒绝处理：没有该订单。付款成功（PaymentSucceeded），订单 ord_1'],
    ['unknown_order: paymentSucceeded for #', '拒绝处理：没有该订单。付款成功（PaymentSucceeded），订单 #'],
    [
      'PaymentSucceeded: unknown_order: paymentSucceeded for ord_1',
      '拒绝处理：没有该订单。付款成功（PaymentSucceeded），订单 ord_1',
    ],
    ['not_paid: refund ref_1 of ord_1', '拒绝处理：订单尚未付款。退款 ref_1，交易 ord_1'],
    ['OrderPaid: canceling statement', '处理订单已付款（OrderPaid）失败：canceling statement'],
  ])('“%s” in Chinese', (text, said) => expect(deadLetterReason(text)).toBe(said))

  it('is shown as it is where it is unknown', () => {
    expect(deadLetterReason('duplicate key value violates unique constraint')).toBeUndefined()
    expect(deadLetterReason('Error: duplicate key value')).toBeUndefined()
  })
})

describe('the notes of a case', () => {
  it.each([
    ['would: refund everything that is left of a1. ordered twice', '将会：退还交易 a1 的全部剩余金额。ordered twice'],
    [
      'would: query Alipay about a.b, and record its payment if it is paid, whatever its amount. 好',
      '将会：向支付宝查询交易 a.b，如已付款，不论金额均登记入账。好',
    ],
    ['Alipay reports paid: already_paid', '支付宝显示已付款：此前已入账'],
    ['refund ref_1 of 500 fen waits for the approval of a second person', '退款 ref_1（¥5.00） 等待另一人复核'],
    ['query_trade: seen at the bank', '查询支付宝并入账：seen at the bank'],
    ['the record was discarded: not needed', '消息已丢弃：not needed'],
    [
      'Alipay gave no clear answer (socket hang up). Try again in a moment.',
      '支付宝没有给出明确的答复（socket hang up），请稍后重试。',
    ],
  ])('“%s” in Chinese', (text, said) => expect(noteInChinese(text)?.replaceAll(' ', '')).toBe(said.replaceAll(' ', '')))

  it('are shown as they are where a person wrote them', () => expect(noteInChinese('seen at the bank')).toBeUndefined())

  it('say why an action is proposed', () => {
    expect(proposalWhy('A query gives the current state of the trade at Alipay.')).toBe(
      '查询可得到该交易在支付宝的当前状态。',
    )
    expect(proposalWhy('Fix the cause, then run: npm run dlq -- redrive order-service 0/1')).toContain('npm run dlq')
  })
})

describe('problems', () => {
  it.each([
    [
      'The action does not apply: the case names no trade. Choose another action.',
      '此处理方式不适用：该差错没有商户订单号。请选择其他处理方式。',
    ],
    ['This needs the role "finance" or "owner".', '没有权限：需要角色 finance、owner。'],
    [
      '2026-03-01 is not over in Beijing. Alipay has its bill at about 09:00 on 2026-03-02, and it is compared automatically then.',
      '2026-03-01 尚未结束（北京时间）。支付宝约在 2026-03-02 09:00 生成账单，届时自动对账。',
    ],
  ])('“%s” in Chinese', (text, said) => expect(problemDetail(text)).toBe(said))

  it('name fields', () => {
    expect(fieldInChinese('lines.0.quantity')).toBe('商品明细第 1 项的数量')
    expect(fieldMessage('must be >= 1')).toBe('须 ≥ 1')
    expect(fieldMessage('must not have more than 250 characters')).toBe('不能超过 250 个字符')
    expect(fieldMessage('must sparkle')).toBeUndefined()
  })
})

describe('why a dependency does not answer', () => {
  it.each([
    ['no answer within 2000 ms', '2 秒内没有响应'],
    ['connect ECONNREFUSED 127.0.0.1:5432', '连接被拒绝（ECONNREFUSED 127.0.0.1:5432）'],
    ['the order service can not be reached', '无法连接订单服务'],
    ['payment-service is not connected to Kafka', '支付服务未连接 Kafka'],
    ['the clock is 7.2 s off PostgreSQL’s', '时钟与 PostgreSQL 相差 7.2 秒，请同步时间'],
    ["the clock is 7.2 s off PostgreSQL's", '时钟与 PostgreSQL 相差 7.2 秒，请同步时间'],
    [
      'the certificate in ALIPAY_APP_CERT ended on 2026-03-01: from then on Alipay refuses our calls and links. Give 应用公钥证书',
      'ALIPAY_APP_CERT 中的证书已于 2026-03-01 过期，请更换',
    ],
  ])('“%s” in Chinese', (text, said) => expect(checkOutcome(text)).toBe(said))
})
