import { useApiList } from '../../api/use-api.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Filters } from '../../components/filters.tsx'
import { Page, Section } from '../../components/page.tsx'
import { useStatusOptions } from '../../components/status.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useRefundColumns } from './columns.tsx'
import { texts } from './texts.ts'

const awaiting = 'AWAITING_APPROVAL'

/** Refunds: those that wait for a second person first, then all of a status or day, newest first. */
export default function RefundsPage() {
  const t = useTexts(texts)
  const filters = useFilters(['status', 'succeededOn'])
  const { status, succeededOn } = filters.values
  const options = [{ value: 'OPEN', label: t.open }, ...useStatusOptions('refund')]
  return (
    <Page title={t.title}>
      {(status === undefined || status === awaiting) && succeededOn === undefined && (
        <Section title={t.awaiting}>
          <RefundTable caption={t.awaiting} query={{ status: awaiting }} empty={t.noneAwaiting} />
        </Section>
      )}
      <Section title={t.all}>
        <Filters
          fields={[
            { name: 'status', label: t.status, kind: 'select', options },
            { name: 'succeededOn', label: t.succeededOn, kind: 'day' },
          ]}
          filters={filters}
        />
        {(status !== awaiting || succeededOn !== undefined) && (
          <RefundTable caption={t.all} query={filters.values} empty={t.empty} />
        )}
      </Section>
    </Page>
  )
}

function RefundTable(props: { caption: string; query: { status?: string; succeededOn?: string }; empty: string }) {
  const { caption, query, empty } = props
  const list = useApiList('/api/admin/refunds', { query })
  const search = new URLSearchParams(query).toString()
  return (
    <DataTable
      caption={caption}
      columns={useRefundColumns(query.status)}
      rows={list.items}
      rowKey={row => row.refundId}
      state={list}
      empty={empty}
      csv={`/api/admin/refunds${search && `?${search}`}`}
    />
  )
}
