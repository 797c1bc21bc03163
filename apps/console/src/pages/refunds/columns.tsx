import { refundWhy } from '../../api-words/alipay-sentences.ts'
import { ApiText } from '../../components/api-text.tsx'
import type { Column } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { RefundNote } from '../../components/refund-note.tsx'
import { Status } from '../../components/status.tsx'
import classes from '../../components/tables.module.css'
import { Money, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { serviceWords, wordFor } from '../../i18n/words.ts'
import { useSession } from '../../session/session.tsx'
import { type Refund, RefundActions } from './actions.tsx'
import { texts } from './texts.ts'

/**
 * The columns of a list of refunds. A list of those that wait for approval has no status and no second person, and has
 * the actions of those refunds.
 */
export function useRefundColumns(status: string | undefined): Column<Refund>[] {
  const t = useTexts(texts)
  const services: Readonly<Record<string, string>> = useTexts(serviceWords)
  const { can } = useSession()
  const waiting = status === 'AWAITING_APPROVAL'
  const columns: Column<Refund>[] = [
    {
      key: 'refund',
      header: t.refund,
      heads: true,

      cell: ({ refundId, orderId }) => (
        <EntityLink entity="refund" id={refundId} orderId={orderId} label={`…${refundId.slice(-12)}`} />
      ),
    },
    {
      key: 'order',
      header: t.order,

      cell: ({ orderId }) => <EntityLink entity="order" id={orderId} label={`…${orderId.slice(-12)}`} />,
    },
    { key: 'amount', header: t.amount, end: true, cell: row => <Money fen={row.amountFen} /> },
    { key: 'asked', header: t.asked, cell: row => <Time at={row.requestedAt} age={waiting} /> },
    { key: 'by', header: t.by, cell: row => wordFor(services, row.requestedBy) },
    { key: 'why', header: t.why, cell: row => <Why refund={row} /> },
  ]
  if (!waiting)
    columns.push(
      { key: 'status', header: t.status, cell: row => <Status kind="refund" value={row.status} /> },
      { key: 'second', header: t.second, cell: row => row.approvedBy },
    )
  if (can('refund.decide'))
    columns.push({
      key: 'actions',
      header: t.actions,
      // An empty cell is left out of a card.
      cell: row => (waiting || row.status === 'FAILED') && <RefundActions refund={row} />,
    })
  return columns
}

/** Why it was requested, of what, and why it failed. */
function Why({ refund: { reason, note, lines = [], shippingFen = 0, why, status } }: { refund: Refund }) {
  const t = useTexts(texts)
  const of = [
    ...lines.map(({ sku, quantity }) => t.units(sku, quantity)),
    ...(shippingFen > 0 ? [t.shipping] : []),
  ].join(', ')
  return (
    <div className={classes.text}>
      <div>{note === undefined ? wordFor(t.reasons, reason) : <RefundNote note={note} />}</div>
      {of !== '' && <div>{of}</div>}
      {why !== undefined && (
        <div>
          <ApiText text={why} chinese={refundWhy({ why, status })} brief />
        </div>
      )}
    </div>
  )
}
