import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { type Item, useApiList } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { type FilterField, Filters } from '../../components/filters.tsx'
import { OrderFlags } from '../../components/order-flags.tsx'
import { Page } from '../../components/page.tsx'
import { Status, useStatusOptions, Word } from '../../components/status.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { useLiveRows } from '../../components/use-live-rows.ts'
import { Money, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { rememberList } from './last-list.ts'
import { texts } from './texts.ts'

type OrderRow = Item<'/api/admin/orders'>

const filterNames = [
  'status',
  'fulfilment',
  'customer',
  'reference',
  'method',
  'from',
  'to',
  'minFen',
  'maxFen',
  'flag',
  'paid',
] as const
type FilterName = (typeof filterNames)[number]

/** Orders, newest first, with filters in the address. What changes is shown within 10 seconds; new orders on request. */
export default function OrdersPage() {
  const t = useTexts(texts)
  const filters = useFilters(filterNames)
  const list = useApiList('/api/admin/orders', { query: filters.values }, { every: 10_000 })
  const { shown, fresh, showFresh } = useLiveRows(list.items, row => row.orderId, JSON.stringify(filters.values))
  const search = new URLSearchParams(filters.values).toString()
  useEffect(() => rememberList(search), [search])
  const searchedTo = list.data?.pages.at(-1)?.searchedTo
  return (
    <Page
      title={t.title}
      actions={
        fresh > 0 && (
          <Button size="xs" onClick={showFresh}>
            {t.fresh(fresh)}
          </Button>
        )
      }
    >
      <Filters fields={useFields()} filters={filters} />
      <DataTable
        caption={t.title}
        columns={useColumns()}
        rows={shown}
        rowKey={row => row.orderId}
        state={list}
        empty={t.empty}
        csv={`/api/admin/orders${search && `?${search}`}`}
        note={
          searchedTo != null && (
            <span>
              {t.searchedTo} <Time at={searchedTo} />
            </span>
          )
        }
      />
    </Page>
  )
}

function useFields(): FilterField<FilterName>[] {
  const t = useTexts(texts)
  return [
    { name: 'status', label: t.status, kind: 'select', options: useStatusOptions('order') },
    { name: 'fulfilment', label: t.fulfilment, kind: 'select', options: useStatusOptions('fulfilment') },
    { name: 'flag', label: t.flag, kind: 'select', options: useStatusOptions('flag') },
    { name: 'paid', label: t.paid, kind: 'select', options: [{ value: 'true', label: t.yes }] },
    { name: 'method', label: t.method, kind: 'select', options: useStatusOptions('method') },
    { name: 'customer', label: t.customer, kind: 'text' },
    { name: 'reference', label: t.reference, kind: 'text' },
    { name: 'from', label: t.from, kind: 'day' },
    { name: 'to', label: t.to, kind: 'day' },
    { name: 'minFen', label: t.min, kind: 'yuan' },
    { name: 'maxFen', label: t.max, kind: 'yuan' },
  ]
}

/** Orders that are not paid are not shipped: saying so in each row would only hide the others. */
const ships = ({ orderStatus, fulfilmentStatus }: OrderRow) =>
  orderStatus === 'PAID' || fulfilmentStatus !== 'UNFULFILLED'

function useColumns(): Column<OrderRow>[] {
  const t = useTexts(texts)
  return [
    {
      key: 'order',
      header: t.order,
      heads: true,
      cell: ({ orderId, reference }) => (
        <EntityLink entity="order" id={orderId} label={reference ?? `…${orderId.slice(-8)}`} />
      ),
    },
    { key: 'placed', header: t.placed, cell: row => <Time at={row.createdAt} /> },
    { key: 'status', header: t.status, cell: row => <Status kind="order" value={row.orderStatus} /> },
    {
      key: 'fulfilment',
      header: t.fulfilment,
      cell: row => ships(row) && <Status kind="fulfilment" value={row.fulfilmentStatus} />,
    },
    { key: 'customer', header: t.customer, cell: row => <EntityLink entity="customer" id={row.customerId} /> },
    {
      key: 'method',
      header: t.method,
      cell: ({ method }) => method !== undefined && <Word kind="method" value={method} />,
    },
    { key: 'units', header: t.units, end: true, cell: row => row.units },
    { key: 'total', header: t.total, end: true, cell: row => <Money fen={row.totalFen} /> },
    {
      key: 'refunded',
      header: t.refunded,
      end: true,
      cell: row => row.refundedFen > 0 && <Money fen={row.refundedFen} />,
    },
    {
      key: 'flags',
      header: t.flags,
      cell: ({ flags }) => {
        const shown = flags.filter(flag => flag !== 'refunded')
        return shown.length > 0 && <OrderFlags flags={shown} />
      },
    },
  ]
}
