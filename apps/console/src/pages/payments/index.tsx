import { useApiList } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { type FilterField, Filters } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { Status, useStatusOptions } from '../../components/status.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { CopyableId, Count, Money, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { PaymentActions, type PaymentRow } from './actions.tsx'
import { texts } from './texts.ts'

const filterNames = ['state', 'olderThan', 'paidOn'] as const
type FilterName = (typeof filterNames)[number]

/** Payments of orders, newest first, by state, age and day of payment. */
export default function PaymentsPage() {
  const t = useTexts(texts)
  const filters = useFilters(filterNames)
  const list = useApiList('/api/admin/payments', { query: filters.values })
  const search = new URLSearchParams(filters.values).toString()
  return (
    <Page title={t.title}>
      <Filters fields={useFields(filters.values.olderThan)} filters={filters} />
      <DataTable
        caption={t.title}
        columns={useColumns()}
        rows={list.items}
        rowKey={row => row.orderId}
        state={list}
        empty={t.empty}
        csv={`/api/admin/payments${search && `?${search}`}`}
      />
    </Page>
  )
}

/** `olderThan` may come from a link and be none of the usual ages: it is an option of its own then. */
function useFields(olderThan: string | undefined): FilterField<FilterName>[] {
  const t = useTexts(texts)
  const states = useStatusOptions('payment').filter(({ value }) =>
    ['EXPECTED', 'CLOSING', 'UNCLEAR', 'PAID', 'CLOSED'].includes(value),
  )
  const ages = Object.entries(t.olderThan).map(([value, label]) => ({ value, label }))
  if (olderThan !== undefined && t.olderThan[olderThan] === undefined)
    ages.unshift({ value: olderThan, label: t.seconds(olderThan) })
  return [
    { name: 'state', label: t.state, kind: 'select', options: states },
    { name: 'olderThan', label: t.age, kind: 'select', options: ages },
    { name: 'paidOn', label: t.paidOn, kind: 'day' },
  ]
}

function useColumns(): Column<PaymentRow>[] {
  const t = useTexts(texts)
  const { can } = useSession()
  const columns: Column<PaymentRow>[] = [
    {
      key: 'order',
      header: t.order,
      heads: true,

      cell: ({ orderId }) => <EntityLink entity="order" id={orderId} label={`…${orderId.slice(-12)}`} />,
    },
    { key: 'age', header: t.age, cell: row => <Time at={row.createdAt} age /> },
    {
      key: 'state',
      header: t.state,
      cell: ({ state, unclear }) => (
        <>
          <Status kind="payment" value={state} /> {unclear && <Status kind="payment" value="UNCLEAR" />}
        </>
      ),
    },
    { key: 'amount', header: t.amount, end: true, cell: row => <Money fen={row.amountFen} /> },
    {
      key: 'method',
      header: t.method,
      cell: ({ method }) => method !== undefined && <Status kind="method" value={method} />,
    },
    { key: 'attempts', header: t.attempts, end: true, cell: row => <Count value={row.attempts} /> },
    {
      key: 'tradeNo',
      header: t.tradeNo,
      cell: ({ tradeNo }) => tradeNo !== undefined && <CopyableId id={tradeNo} />,
    },
    { key: 'paidAt', header: t.paidAt, cell: ({ paidAt }) => paidAt !== undefined && <Time at={paidAt} /> },
  ]
  if (!can('payment.query') && !can('payment.close')) return columns
  return [
    ...columns,
    { key: 'actions', header: t.actions, cell: row => row.attempts > 0 && <PaymentActions payment={row} /> },
  ]
}
