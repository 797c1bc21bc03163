import { alipayAnswerOr } from '../../api-words/alipay-sentences.ts'
import { billDifference, differenceKinds } from '../../api-words/bill-sentences.ts'
import { deadLetterReason } from '../../api-words/dead-letter-reasons.ts'
import { eventInChinese } from '../../api-words/event-words.ts'
import { formatFen } from '../../format/format.ts'
import { serviceWords, statusWords, wordFor } from '../../i18n/words.ts'
import { isObject } from './evidence.ts'

/** What the words of a case are made of. */
export interface WordedCase {
  kind: string
  summary: string
  evidence: unknown
  outTradeNo?: string
  proposal: { action: string }
}
type Evidence = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

const results: Readonly<Record<string, string>> = {
  amount_differs: '支付宝通知的金额与订单不符',
  another_app: '支付宝签名的通知属于另一个应用',
  another_seller: '支付宝签名的通知属于另一个卖家',
  unknown_order: '支付宝通知的交易没有对应的订单',
  attempt_has_another_trade: '已付款的商户订单号又收到第二笔支付宝交易',
}
/** Why a notify was refused. */
export const refusedNotifies: Readonly<Record<string, string>> = {
  duplicated_field: '有字段重复出现',
  not_signed: '没有签名',
  wrong_sign_type: 'sign_type 不是 RSA2',
  bad_signature: '签名无法用任何支付宝公钥验证',
  malformed_name: '有支付宝不使用的字段名',
  ambiguous_field: '涉及资金的字段出现在另一个字段之中',
  missing_field: '缺少涉及资金的字段',
  malformed_field: '涉及资金的字段不符合支付宝的格式',
}
/** Certificates, and what their end means. */
export const certificates: Readonly<Record<string, readonly [name: string, consequence: string]>> = {
  app: ['应用公钥证书', '到期后支付宝将拒绝我方的调用和链接'],
  alipay: ['支付宝公钥证书', '到期后无法验证支付宝的签名'],
  root: ['支付宝根证书', '到期后无法验证支付宝的证书'],
}

const money = (value: unknown) => (typeof value === 'number' ? formatFen(value) : undefined)
const joined = (...parts: (string | undefined | false)[]) => parts.filter(Boolean).join('，')

function mismatch({ kind, outTradeNo }: WordedCase, evidence: Evidence): string {
  const result = results[textOf(evidence.result) ?? ''] ?? wordFor(statusWords.caseKind.zh, kind)
  const trade = isObject(evidence.trade) ? evidence.trade : {}
  const expected = money(evidence.expectedFen)
  const paid = money(trade.amountFen)
  const amounts = evidence.result === 'amount_differs' && expected && paid && `订单 ${expected}，支付宝 ${paid}`
  return `${joined(result, amounts)}：${outTradeNo ?? ''}`
}

const byKind: Readonly<Record<string, (about: WordedCase, evidence: Evidence) => string | undefined>> = {
  amount_mismatch: mismatch,
  app_mismatch: mismatch,
  seller_mismatch: mismatch,
  unknown_order: mismatch,
  notify_refused: (_, { reason, field }) => {
    const why = refusedNotifies[textOf(reason) ?? ''] ?? textOf(reason) ?? '原因不明'
    return `支付宝的通知被拒：${why}${textOf(field) ? `（${field}）` : ''}`
  },
  refund_failed: ({ proposal }, { amountFen, why, tries }) => {
    const because = textOf(why) ? `：${alipayAnswerOr(String(why))}` : ''
    const amount = money(amountFen) ?? ''
    // A refund that is unclear is tried again by itself, so that nothing is proposed.
    return proposal.action === 'none'
      ? `退款 ${amount} 在 ${textOf(tries) ?? '多'} 次尝试后结果仍不明${because}`
      : `支付宝拒绝了退款 ${amount}${because}`
  },
  outside_refund: ({ outTradeNo }, { requestNo, refundedFen }) =>
    `交易 ${outTradeNo ?? ''} 在本系统之外被退款 ${money(refundedFen) ?? ''}：${textOf(requestNo) ? `退款单号 ${requestNo}` : '没有退款单号'}`,
  bill_difference: ({ summary }, { date, difference, subject }) => {
    const kind = textOf(difference) ?? ''
    const detail = summary
      .split(`${textOf(subject) ?? ''}: `)
      .slice(1)
      .join(': ')
    const said = billDifference(detail)
    return `${textOf(date) ?? ''} 账单，${wordFor(differenceKinds, kind)}：${joined(textOf(subject) === 'summary' ? undefined : textOf(subject), said ?? detail)}`
  },
  bill_unavailable: (_, { date, tries, why }) =>
    `${textOf(date) ?? ''} 的账单在 ${textOf(tries) ?? '多'} 次尝试后仍无法下载或读取${textOf(why) ? `：${alipayAnswerOr(String(why))}` : ''}`,
  certificate_expiring: ({ summary }, { certificate, setting, endsAt }) => {
    const [name, consequence] = certificates[textOf(certificate) ?? ''] ?? ['证书', '请及时更换']
    const over = / ended on /.test(summary)
    return `${name}（${textOf(setting) ?? ''}）${over ? '已于' : '将于'} ${textOf(endsAt)?.slice(0, 10) ?? ''} ${over ? '过期' : '到期'}：${consequence}`
  },
  parked_message: (_, { groupId, type, topic, reason, outboxId, aboutMoney }) => {
    const name = textOf(type)
    const event = `${name === undefined ? '无法识别的消息' : eventInChinese(name)}${aboutMoney === true ? '（涉及资金）' : ''}`
    const group = wordFor(serviceWords.zh, textOf(groupId) ?? '')
    const text = textOf(reason) ?? ''
    const why = deadLetterReason(text) ?? text
    return textOf(outboxId) === undefined
      ? `${group}无法处理${event}：${why}`
      : `${group}无法向 ${textOf(topic) ?? ''} 发布${event}：${why}`
  },
}

/** What is wrong, in Chinese, from the kind of the case and its evidence. Undefined for a kind that is unknown. */
export function summaryInChinese(about: WordedCase): string | undefined {
  return Object.hasOwn(byKind, about.kind)
    ? byKind[about.kind]?.(about, isObject(about.evidence) ? about.evidence : {})
    : undefined
}
