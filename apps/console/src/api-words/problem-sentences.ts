import { formatFen } from '../format/format.ts'
import { alipayAnswerOr, decisionWord } from './alipay-sentences.ts'
import { chineseOf } from './sentences.ts'

const whyNot: Readonly<Record<string, string>> = {
  'names no trade': '没有商户订单号',
  'names no known order': '没有对应的订单',
  'is not about a refund that was made elsewhere': '不是系统外退款',
  'is not about a refund': '不是退款',
}
const states: Readonly<Record<string, string>> = {
  waiting: '等待买家付款',
  closed: '交易已关闭',
  no_trade: '没有该交易',
  refunded: '已全部退款',
}
const stillOpen = '差错仍待处理；问题解决后请以“仅登记已处理”结束。'
const retryRefused: Readonly<Record<string, string>> = {
  unknown_refund: '没有该退款',
  exceeds_balance: '超过可退金额',
  nothing_left: '已全部退款，或退款正在处理中',
  not_paid: '订单尚未付款',
  unknown_order: '没有该订单',
}

/** Details of problems that say more than the problem's type and members. */
export const problemDetail = chineseOf([
  [
    /^The action does not apply: the case (.+)\. Choose another action\.$/,
    why => `此处理方式不适用：该差错${whyNot[why ?? ''] ?? why}。请选择其他处理方式。`,
  ],
  [
    /^Alipay gave no clear answer \((.*)\)\. Try again in a moment\.$/s,
    why => `支付宝没有给出明确的答复（${alipayAnswerOr(why ?? '')}），请稍后重试。`,
  ],
  [
    /^Alipay reports (\w+): there is no payment to record\. The case stays open/,
    state => `支付宝显示${states[state ?? ''] ?? state}，没有可入账的付款。${stillOpen}`,
  ],
  [
    /^Alipay reports a payment of (\d+) fen, which is rejected: (\w+)\. The case stays open/,
    (fen, why) => `支付宝显示付款 ${formatFen(Number(fen))}，未予入账：${decisionWord(why ?? '')}。${stillOpen}`,
  ],
  [
    /^Alipay has no refund (\S+) of (\S+)\. The case/,
    (no, trade) => `支付宝没有交易 ${trade} 的退款 ${no}。${stillOpen}`,
  ],
  [
    /^The payment of (\S+) is not recorded\. Record it first/,
    trade => `交易 ${trade} 的付款尚未入账，请先在其差错中选择“查询支付宝并入账”。${stillOpen}`,
  ],
  [
    /^What Alipay reports is rejected: (\w+)\. The case/,
    why => `支付宝的结果未被接受：${decisionWord(why ?? '')}。${stillOpen}`,
  ],
  [/^The payment of (\S+) was recorded at the same moment/, trade => `交易 ${trade} 的付款刚刚入账，请再次确认处理。`],
  [
    /^Alipay refunded (\d+) fen, but refunds in progress leave only (\d+)\./,
    (fen, left) =>
      `支付宝已退 ${formatFen(Number(fen))}，但进行中的退款只余 ${formatFen(Number(left))}。请在其结束后再次确认处理。`,
  ],
  [
    /^Nothing of (\S+) can be refunded: (\w+)\.$/,
    (trade, why) => `交易 ${trade} 没有可退金额：${retryRefused[why ?? ''] ?? why}。`,
  ],
  [
    /^Other refunds of (\S+) took a part of this refund.s share\. Request a new refund of the line\.$/,
    sku => `${sku} 的其他退款已占用此退款的部分金额，请为该商品重新申请退款。`,
  ],
  [/^The refund cannot be retried: (\w+)\.$/, why => `该退款不能重试：${retryRefused[why ?? ''] ?? why}。`],
  [/^The case changed at the same moment\. Read it again\.$/, '差错刚刚被更改，请刷新后重试。'],
  [/^You have approved this action\. Now another person/, '您已初审此操作，须由另一人复核。'],
  [/^You have requested this refund\. Another person/, '您是此退款的申请人，须由另一人复核。'],
  [
    /^The refund is (\w+) and waits for no approval\. (\S.*) (approved|rejected) it\.$/,
    (_status, by, what) => `该退款不在等待复核：${by} 已${what === 'approved' ? '复核通过' : '驳回'}。`,
  ],
  [/^The text of notify (\S+) is deleted/, id => `通知 ${id} 的内容已按保存期限或清除要求删除，不能重放。`],
  [/^There is no stored notify (\S+)\.$/, id => `没有保存通知 ${id}。`],
  [/^There are too many calls to Alipay at the moment/, '目前对支付宝的调用过多，关闭和退款优先，请稍后重试。'],
  [/^There is no day (\S+)\.$/, date => `没有日期 ${date}。`],
  [
    /^(\S+) is not over in Beijing\. Alipay has its bill at about 09:00 on (\S+), and/,
    (date, after) => `${date} 尚未结束（北京时间）。支付宝约在 ${after} 09:00 生成账单，届时自动对账。`,
  ],
  [/^to \((\S+)\) is before from \((\S+)\)\.$/, (to, from) => `结束日期（${to}）早于开始日期（${from}）。`],
  [
    /^A report has at most (\d+) days; from (\S+) to (\S+) are (\d+)\.$/,
    (max, from, to, count) => `报表最多 ${max} 天，${from} 至 ${to} 共 ${count} 天。`,
  ],
  [/^(\S+) is not in this order, or its price is not known\.$/, sku => `该订单没有商品 ${sku}，或其价格未知。`],
  [/^Give amountFen or lines, not both/, '指定金额与商品明细不能同时使用。'],
  [/^Give amountFen or includeShipping, not both/, '指定金额与含运费不能同时使用。'],
  [/^returnToStock needs lines/, '商品恢复销售须选择商品。'],
  [/^The body is missing\./, '请求没有内容。'],
  [
    /^This needs the role (.+)\.$/,
    roles => `没有权限：需要角色 ${roles?.replaceAll('" or "', '、').replaceAll('"', '')}。`,
  ],
  [/^The header (?:Origin|x-requested-with) must be/, '请求不是来自本控制台的页面，请刷新页面后重试。'],
  [/^All services are temporarily unavailable/, '所有服务暂时不可用，请稍后重试。'],
  [/^Too many requests\. Try again in (.+)\.$/, after => `请求过于频繁，请在 ${after} 后重试。`],
  [
    /^Alipay’s reply could not be verified; it says: (.+)\. The order/s,
    says => `支付宝的响应无法验签，其内容为：${says}。请稍后重试。`,
  ],
])
