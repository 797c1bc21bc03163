import { Time } from '../../components/values.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'
import { endOf, type OrderDetails, type TimelineEntry } from './order-data.ts'

const texts = defineTexts({
  en: {
    reasons: {
      expired: 'Its time to pay was over',
      cancelled: 'It was cancelled',
      rejected: 'There was not enough stock',
    } as Readonly<Record<string, string>>,
    by: (who: string) => ` by ${who}`,
    customer: 'the customer',
  },
  zh: {
    reasons: { expired: '超过付款期限', cancelled: '已取消', rejected: '库存不足' },
    by: (who: string) => `，操作人：${who}`,
    customer: '顾客',
  },
})

const reasonOf = ({ orderStatus, closeReason }: OrderDetails) =>
  orderStatus === 'REJECTED' ? 'rejected' : orderStatus === 'PAID' ? undefined : closeReason

/** Why an order ended without payment, by whom and when. Nothing for other orders. */
export function WhyEnded({ order, entries }: { order: OrderDetails; entries: readonly TimelineEntry[] }) {
  const t = useTexts(texts)
  const reason = reasonOf(order)
  if (reason === undefined) return null
  const { at, by } = endOf(entries) ?? {}
  return (
    <>
      {wordFor(t.reasons, reason)}
      {by !== undefined && t.by(by === order.customerId ? t.customer : by)}
      {at !== undefined && (
        <>
          {' · '}
          <Time at={at} />
        </>
      )}
    </>
  )
}

/** Whether `WhyEnded` has something to say. */
export const hasEnded = (order: OrderDetails): boolean => reasonOf(order) !== undefined
