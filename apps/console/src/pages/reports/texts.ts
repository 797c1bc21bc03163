import { defineTexts } from '../../i18n/texts.ts'

export const texts = defineTexts({
  en: {
    title: 'Reports',
    by: 'Sums by',
    views: { day: 'By day', week: 'By week', month: 'By month' },
    from: 'From (Beijing)',
    to: 'To (Beijing)',
    last: 'Without dates: the last 31 days. Days are those of Beijing.',
    period: 'Period',
    payments: 'Payments',
    paid: 'Paid',
    refunds: 'Refunds',
    refunded: 'Refunded',
    fee: 'Fees',
    net: 'Net',
    compared: 'Days compared',
    of: (done: number, days: number) => `${done} of ${days}`,
    sum: 'Sum',
    beforeFees: 'before fees',
    quiet: (count: number) =>
      count === 1 ? 'Show 1 period without payments and refunds' : `Show ${count} periods without payments and refunds`,
    empty: 'Nothing was paid or refunded in this time.',
    fees: (done: number, days: number) =>
      `Fees come from Alipay’s bills that were compared: ${done} of ${days} days. Net is paid − refunded − fees; where no fees are known (—), it is before fees.`,
    chart: 'Paid and refunded',
    chartText: (periods: number, paid: string, refunded: string, best: string, most: string) =>
      `Bars of ${periods} periods: ${paid} paid and ${refunded} refunded. Most was paid in ${best}: ${most}. The table has all numbers.`,
  },
  zh: {
    title: '报表',
    by: '汇总方式',
    views: { day: '按日', week: '按周', month: '按月' },
    from: '开始日期（北京）',
    to: '结束日期（北京）',
    last: '未选择日期时为最近 31 天。日期按北京时间计算。',
    period: '期间',
    payments: '收款笔数',
    paid: '收款金额',
    refunds: '退款笔数',
    refunded: '退款金额',
    fee: '服务费',
    net: '净额',
    compared: '已对账天数',
    of: (done: number, days: number) => `${done} / ${days}`,
    sum: '合计',
    beforeFees: '扣费前',
    quiet: (count: number) => `显示没有收款和退款的 ${count} 个期间`,
    empty: '该期间没有收款或退款。',
    fees: (done: number, days: number) =>
      `服务费取自已对账的支付宝账单：${days} 天中已对账 ${done} 天。净额 = 收款 − 退款 − 服务费；服务费未知（—）时为扣费前净额。`,
    chart: '收款与退款',
    chartText: (periods: number, paid: string, refunded: string, best: string, most: string) =>
      `共 ${periods} 个期间的柱状图：收款 ${paid}，退款 ${refunded}。${best} 收款最多：${most}。具体数字见下表。`,
  },
})
