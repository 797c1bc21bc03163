import { formatFen } from '../format/format.ts'
import { decisionWord } from './alipay-sentences.ts'
import { caseActionWords } from './case-actions.ts'
import { problemDetail } from './problem-sentences.ts'
import { chineseOf } from './sentences.ts'

/** Why an action is proposed, in Chinese. */
export const proposalWhy = chineseOf([
  [
    /^A query gives the current state of the trade(?: at Alipay\.|; Alipay repeats the notify for 25 hours\.)$/,
    '查询可得到该交易在支付宝的当前状态。',
  ],
  [
    /^The money belongs to another recipient\./,
    '款项属于其他收款方。请检查 ALIPAY_APP_ID 和 ALIPAY_SELLER_ID，以及哪些系统会通知此地址。',
  ],
  [/^The notify names no trade\./, '通知没有商户订单号，请检查支付宝向此地址发送的通知。'],
  [/^It is tried again automatically\. Check at Alipay/, '系统会自动重试。请在支付宝查看其等待的原因。'],
  [/^A retry with the same number cannot refund twice\.$/, '以相同退款单号重试，不会重复退款。'],
  [
    /^A retry with the same number cannot refund twice, and shows/,
    '以相同退款单号重试，不会重复退款，并可确认是否已完成。',
  ],
  [/^Stop the shipment first\./, '请先停止发货。支付宝确认该退款后，将登记入账。'],
  [/^No order has this number, though/, '单号符合本系统的格式，但没有对应的订单。请查明还有哪个系统使用此支付宝账号。'],
  [/^Compare both sides by hand/, '请人工核对双方记录：无法判断哪一方正确。'],
  [
    /^Check at Alipay's merchant site whether the bill exists, then run: (.+)$/,
    command => `请在支付宝商家平台确认账单是否存在，然后重新对账（命令：${command}）。`,
  ],
  [
    /^Replace it, and restart payment-service: (.+)$/s,
    where => `请更换证书并重启支付服务：${where?.replace(' from ', '，来自 ')}`,
  ],
  [/^Fix the cause, then run: (.+)$/, command => `请排除故障，然后在死信页面重投（命令：${command}）。`],
  [
    /^No consumer has received it: it is row (\S+) of outbox_rejected in the database of (\S+)\.$/,
    (row, group) => `没有消费方收到该消息：它是 ${group} 数据库中 outbox_rejected 的第 ${row} 行。`,
  ],
])

const approval = '等待另一人复核'
const nothing = '其付款入账前已付款并全额退款，无需登记'

/** What an action would do, and what it did, in Chinese. */
const effect = chineseOf([
  [/^only note that the case has been dealt with$/, '仅登记该差错已处理'],
  [/^nothing had to be done$/, '无需其他操作'],
  [
    /^query Alipay about (\S+), and record its payment if it is paid with the amount of the order$/,
    trade => `向支付宝查询交易 ${trade}，如已按订单金额付款则登记入账`,
  ],
  [
    /^query Alipay about (\S+), and record its payment if it is paid, whatever its amount$/,
    trade => `向支付宝查询交易 ${trade}，如已付款，不论金额均登记入账`,
  ],
  [/^refund everything that is left of (\S+)$/, trade => `退还交易 ${trade} 的全部剩余金额`],
  [
    /^query Alipay about refund (\S+) of (\S+), and enter it in the ledger if it is done$/,
    (no, trade) => `向支付宝查询交易 ${trade} 的退款 ${no}，如已完成则登记入账`,
  ],
  [
    /^send refund (\S+) to Alipay again, with the same number, so that it refunds at most once$/,
    id => `以相同单号将退款 ${id} 重新提交支付宝，最多退款一次`,
  ],
  [/^Alipay reports paid: (\w+)$/, result => `支付宝显示已付款：${decisionWord(result ?? '')}`],
  [
    /^refund (\S+) of (\d+) fen (has been requested|waits for .+)$/,
    (id, fen, as) => `退款 ${id}（${formatFen(Number(fen))}）${as?.startsWith('waits') ? approval : '已申请'}`,
  ],
  [
    /^refund (\S+) of (\d+) fen is in the ledger as (\S+)$/,
    (no, fen, id) => `退款 ${no}（${formatFen(Number(fen))}）已登记为 ${id}`,
  ],
  [/^refund (\S+) was in the ledger already, as (\S+)$/, (no, id) => `退款 ${no} 此前已登记为 ${id}`],
  [/^refund (\S+) was made by payment-service and is in the ledger anyway$/, no => `退款 ${no} 由本系统发起，已在账中`],
  [/^(\S+) was paid and fully refunded before its payment was recorded/, trade => `交易 ${trade}：${nothing}`],
  [/^refund (\S+) is no longer failed$/, id => `退款 ${id} 已不是失败状态`],
  [/^refund (\S+) waits for the approval of a second person$/, id => `退款 ${id} ${approval}`],
  [/^refund (\S+) has been requested again$/, id => `退款 ${id} 已重新申请`],
  [/^the settings no longer have this certificate$/, '配置中已不再使用该证书'],
  [/^the record was redriven$/, '消息已重投'],
  [/^the record was discarded(?:: (.*))?$/s, why => `消息已丢弃${why ? `：${why}` : ''}`],
  [/^the bill was fetched \((\S+)\)$/, run => `账单已下载（${run}）`],
  [/^gone when the bill was compared again \((\S+)\)$/, run => `重新对账后差异已消除（${run}）`],
  [/^Kafka no longer has the record, because its retention is over/, 'Kafka 的保存期限已过，消息已不存在，无法重投'],
])

const actions: Readonly<Record<string, string>> = caseActionWords.zh

/** A preview says `would: …. ` and then the person's note. */
const preview = /^would: (.+?)\. (.*)$/s

/** A note of the trail in Chinese. An approval is `query_trade: ` and what the person wrote. Undefined for what is unknown. */
export function noteInChinese(note: string): string | undefined {
  const [, action = '', reason] = /^([a-z]+(?:_[a-z]+)*): (.*)$/s.exec(note) ?? []
  if (Object.hasOwn(actions, action)) return `${actions[action]}：${reason}`
  const previewed = preview.exec(note)
  if (previewed === null) return effect(note) ?? problemDetail(note)
  const said = effect(previewed[1] ?? '')
  return said && `将会：${said}。${previewed[2]}`
}
