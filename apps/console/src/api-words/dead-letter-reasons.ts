import { decisionWord } from './alipay-sentences.ts'
import { eventInChinese, eventWords } from './event-words.ts'
import { fieldMessage } from './field-words.ts'
import { chineseOf } from './sentences.ts'

/** Why a decision refuses an event. */
const refusals: Readonly<Record<string, string>> = {
  unknown_refund: '没有该退款',
  not_paid: '订单尚未付款',
  nothing_left: '已全部退款，或退款正在处理中',
  exceeds_balance: '超过可退金额',
  costs_nothing: '没有可退金额',
  shipping_refunded: '运费已退',
  key_reused: '编号已用于另一笔退款',
  refund_exceeds_payment: '退款超过付款金额',
  stock_not_reserved: '库存没有预留',
  stock_not_sold: '库存尚未售出',
  more_than_sold: '超过已售数量',
}
const refusal = (reason: string) => refusals[reason] ?? decisionWord(reason)

/** The names of a decision's inputs, such as `paymentSucceeded`, as those of their events. */
const capitalized = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1)

const inner = chineseOf([
  [/^it has no CloudEvents headers ce_type and ce_id/, '没有 CloudEvents 消息头 ce_type 和 ce_id'],
  [/^its ce_id is not a UUID(?:: (.*?))?(?: \(it is too large|$)/s, id => `ce_id 不是 UUID${id ? `：${id}` : ''}`],
  [/^its type is unknown(?:: (\S+))?/, type => `未知的事件类型${type ? `：${type}` : ''}`],
  [
    /^its data is not that of (\S+?):?(?: (\/\S*)?\s?(.*?))?(?: \(it is too large|$)/s,
    (type, path, message) => {
      const wrong = message ? `：${[path, fieldMessage(message) ?? message].filter(Boolean).join(' ')}` : ''
      return `内容不符合${eventInChinese(type ?? '')}的格式${wrong}`
    },
  ],
  [/^its value is not JSON(?:: (.*))?$/s, why => `内容不是 JSON${why ? `：${why}` : ''}`],
  [/^it has no value/, '没有内容'],
  [
    /^(?:it could not be published: )?Kafka refused it: (\S+?)(?:: (.*))?$/s,
    (code, why) => `无法发布：Kafka 拒绝保存（${[code, why].filter(Boolean).join('：')}）`,
  ],
  [/^it could not be published: (.*)$/s, why => `无法发布：${why}`],
  [
    /^(?:[A-Z]\w+: )?([a-z]+(?:_[a-z]+)*): refund (\S+) of (\S+)/,
    (why, refund, trade) => `拒绝处理：${refusal(why ?? '')}。退款 ${refund}，交易 ${trade}`,
  ],
  [
    /^(?:[A-Z]\w+: )?([a-z]+(?:_[a-z]+)*): (\w+) for (\S+)/,
    (why, input, order) =>
      `拒绝处理：${refusal(why ?? '')}。${eventInChinese(capitalized(input ?? ''))}，订单 ${order}`,
  ],
  // Any other failure, such as one of the database.
  [
    /^([A-Z][A-Za-z]+): (.+)$/s,
    (type, why) => (isEvent(type ?? '') ? `处理${eventInChinese(type ?? '')}失败：${why}` : ''),
  ],
])

const isEvent = (type: string) => Object.hasOwn(eventWords.zh, type)

const tooLarge = / \(it is too large for this topic: the whole record is in (\S+) at offset (\S+)\)$/

/** The reason of a dead letter in Chinese; with `#` for its numbers where it is a reason's key. */
export function deadLetterReason(reason: string): string | undefined {
  const said = inner(reason.replace(tooLarge, '')) || undefined
  const place = tooLarge.exec(reason)
  return said === undefined || place === null ? said : `${said}（消息过大，完整内容在 ${place[1]}，偏移量 ${place[2]}）`
}
