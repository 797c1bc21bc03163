import { Alert } from '@mantine/core'
import { EntityLink } from '../../components/entity-link.tsx'
import { Status } from '../../components/status.tsx'
import { formatFen } from '../../format/format.ts'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import classes from './order.module.css'
import type { ToSettle } from './wait.ts'

const texts = defineTexts({
  en: {
    wait: 'Wait with the parcel',
    settle: 'Money is not settled',
    outside: 'Money of this order was refunded outside this system, and the refund is not booked yet:',
    case: 'open the case',
    refund: (amount: string) => `A refund of ${amount} is not finished:`,
    unknown: 'Whether money was refunded is not known: the payment service does not answer.',
  },
  zh: {
    wait: '请暂缓发货',
    settle: '资金尚未处理完毕',
    outside: '此订单有系统外退款，尚未登记：',
    case: '查看差错',
    refund: (amount: string) => `有一笔 ${amount} 的退款尚未完成：`,
    unknown: '支付服务没有响应，无法确认是否有退款。',
  },
})

/** Says what is to be settled about the money of the order. @param ships units of it can still be shipped */
export function WaitNotice({ settle, ships }: { settle: ToSettle; ships: boolean }) {
  const t = useTexts(texts)
  return (
    <Alert
      role="note"
      color="orange"
      variant="light"
      title={ships ? t.wait : t.settle}
      mb="sm"
      classNames={{ title: classes.noticeTitle as string }}
    >
      {settle.outside.map(({ caseId }) => (
        <div key={caseId}>
          {t.outside} <EntityLink entity="case" id={caseId} label={t.case} />
        </div>
      ))}
      {settle.refunds.map(({ refundId, amountFen, status }) => (
        <div key={refundId}>
          {t.refund(formatFen(amountFen))} <Status kind="refund" value={status} />
        </div>
      ))}
      {settle.unknown && <div>{t.unknown}</div>}
    </Alert>
  )
}
