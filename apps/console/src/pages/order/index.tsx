import { useEffect } from 'react'
import { Link } from 'wouter'
import { useApi } from '../../api/use-api.ts'
import { EntityLink } from '../../components/entity-link.tsx'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Missing } from '../../components/missing.tsx'
import { OrderFlags } from '../../components/order-flags.tsx'
import { Page, Section } from '../../components/page.tsx'
import { CopyableId, KeyValues, Money, Time } from '../../components/values.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { listPath } from '../orders/last-list.ts'
import type { PageProps } from '../page-props.ts'
import { Actions } from './actions/index.tsx'
import { AuditLog, Cases } from './cases-and-audit.tsx'
import { Lines } from './lines.tsx'
import { MoneyTable } from './money-table.tsx'
import { Notifies } from './notifies.tsx'
import classes from './order.module.css'
import type { OrderAnswer, OrderDetails, TimelineEntry } from './order-data.ts'
import { Parcels } from './parcels.tsx'
import { Recipient } from './recipient.tsx'
import { OrderStatuses, Steps } from './steps.tsx'
import { Timeline } from './timeline.tsx'
import { Trace } from './trace.tsx'
import { isOnlyUnknown, toSettle } from './wait.ts'
import { WaitNotice } from './wait-notice.tsx'
import { hasEnded, WhyEnded } from './why-ended.tsx'

const texts = defineTexts({
  en: {
    title: (name: string) => `Order ${name}`,
    allOrders: 'All orders',
    backToList: 'Back to the list',
    id: 'Order id',
    reference: 'Reference',
    status: 'Status',
    closed: 'Why it ended',
    customer: 'Customer',
    total: 'Total',
    placed: 'Placed',
    expires: 'Payable until',
    paid: 'Paid',
    flags: 'Flags',
    recipient: 'Recipient',
    lines: 'Lines',
    money: 'Payments and refunds',
    parcels: 'Parcels',
    notifies: 'Notifies of Alipay',
    cases: 'Cases',
    notes: 'Notes of the staff',
    timeline: 'Timeline',
    audit: 'Audit log of this order',
  },
  zh: {
    title: (name: string) => `订单 ${name}`,
    allOrders: '全部订单',
    backToList: '返回列表',
    id: '订单号',
    reference: '商户单号',
    status: '状态',
    closed: '结束原因',
    customer: '顾客',
    total: '金额',
    placed: '下单时间',
    expires: '付款截止',
    paid: '付款时间',
    flags: '标记',
    recipient: '收件人',
    lines: '商品明细',
    money: '付款与退款',
    parcels: '包裹',
    notifies: '支付宝通知',
    cases: '差错',
    notes: '内部备注',
    timeline: '时间线',
    audit: '此订单的审计日志',
  },
})

/** Everything about one order, and what can be done with it. */
export default function OrderPage({ params }: PageProps) {
  const t = useTexts(texts)
  const id = params.id ?? ''
  const answer = useApi('/api/admin/orders/{id}', { path: { id } }, { every: 15_000 })
  const timeline = useApi('/api/admin/orders/{id}/timeline', { path: { id } }, { every: 15_000 })
  useHashTarget(answer.data !== undefined)
  const missing = new Set([...(answer.data?.missing ?? []), ...(timeline.data?.missing ?? [])])
  const name = answer.data?.order?.reference ?? `…${id.slice(-12)}`
  return (
    <Page title={t.title(name)} actions={answer.data !== undefined && <Actions key={id} answer={answer.data} />}>
      <p className={classes.back}>
        <Link href={listPath()}>← {listPath() === '/orders' ? t.allOrders : t.backToList}</Link>
      </p>
      {answer.error !== null && <LoadProblem problem={answer.error} again={answer.refetch} />}
      <Missing services={[...missing]} />
      {answer.data !== undefined && <Parts answer={answer.data} entries={timeline.data?.entries} />}
      {timeline.error !== null && answer.error === null && (
        <LoadProblem problem={timeline.error} again={timeline.refetch} />
      )}
    </Page>
  )
}

/** Scrolls to what the address names, such as a refund, once it is there. */
function useHashTarget(loaded: boolean) {
  useEffect(() => {
    if (!loaded) return
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (target === null) return
    target.scrollIntoView({ block: 'center' })
    target.focus({ preventScroll: true })
  }, [loaded])
}

function Parts({ answer, entries }: { answer: OrderAnswer; entries: readonly TimelineEntry[] | undefined }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const { orderId, order, payment, refunds, cases } = answer
  const settle = toSettle(answer)
  const ships = order !== undefined && order.shipments.left.length > 0
  return (
    <>
      {/* That payment-service does not answer is said above. */}
      {settle !== undefined && !isOnlyUnknown(settle) && <WaitNotice settle={settle} ships={ships} />}
      {order !== undefined && <Steps order={order} entries={entries ?? []} />}
      {order !== undefined && <Summary order={order} entries={entries ?? []} />}
      {order !== undefined && (
        <Section title={t.lines}>
          <Lines answer={answer} />
        </Section>
      )}
      {payment !== undefined && (
        <Section title={t.money}>
          <MoneyTable payment={payment} refunds={refunds} />
        </Section>
      )}
      {order !== undefined && order.shipments.items.length > 0 && (
        <Section title={t.parcels}>
          <Parcels parcels={order.shipments.items} />
        </Section>
      )}
      {cases !== undefined && cases.length > 0 && (
        <Section title={t.cases}>
          <Cases cases={cases} />
        </Section>
      )}
      {order !== undefined && order.notes.length > 0 && <Notes notes={order.notes} />}
      {entries !== undefined && (
        <Section title={t.timeline}>
          <Timeline entries={entries} cases={cases ?? []} />
        </Section>
      )}
      {payment !== undefined && payment.notifies.length > 0 && (
        <Section title={t.notifies}>
          <Notifies notifies={payment.notifies} />
        </Section>
      )}
      {order !== undefined && <Trace orderId={orderId} />}
      {can('audit-log.read') && (
        <Section title={t.audit}>
          <AuditLog orderId={orderId} />
        </Section>
      )}
    </>
  )
}

function Summary({ order, entries }: { order: OrderDetails; entries: readonly TimelineEntry[] }) {
  const t = useTexts(texts)
  return (
    <div className={classes.summary}>
      <KeyValues
        entries={[
          [t.status, <OrderStatuses key="status" order={order} />],
          [t.closed, hasEnded(order) && <WhyEnded key="closed" order={order} entries={entries} />],
          [t.total, <Money key="total" fen={order.totalFen} />],
          [t.customer, <EntityLink key="customer" entity="customer" id={order.customerId} />],
          [t.placed, <Time key="placed" at={order.createdAt} />],
          [t.paid, order.paidAt && <Time key="paid" at={order.paidAt} />],
          [t.expires, !order.paidAt && <Time key="expires" at={order.expiresAt} />],
          [t.flags, order.flags.length > 0 && <OrderFlags key="flags" flags={order.flags} />],
          [t.id, <CopyableId key="id" id={order.orderId} />],
          [t.reference, order.reference],
          ...Object.entries(order.metadata ?? {}),
        ]}
      />
      <Section title={t.recipient}>
        <Recipient key={order.orderId} order={order} />
      </Section>
    </div>
  )
}

function Notes({ notes }: { notes: OrderDetails['notes'] }) {
  const t = useTexts(texts)
  return (
    <Section title={t.notes}>
      <KeyValues
        entries={notes.map(({ at, by, note }) => [
          by,
          <span key={at}>
            {note} (<Time at={at} />)
          </span>,
        ])}
      />
    </Section>
  )
}
