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

/** Refunds: those that wait for a second person first, then all of a status, newest first. */
export default function RefundsPage() {
  const t = useTexts(texts)
  const filters = useFilters(['status'])
  const { status } = filters.values
  const options = useStatusOptions('refund')
  return (
    <Page title={t.title}>
      {(status === undefined || status === awaiting) && (
        <Section title={t.awaiting}>
          <RefundTable caption={t.awaiting} status={awaiting} empty={t.noneAwaiting} />
        </Section>
      )}
      <Section title={t.all}>
        <Filters fields={[{ name: 'status', label: t.status, kind: 'select', options }]} filters={filters} />
        {status !== awaiting && <RefundTable caption={t.all} status={status} empty={t.empty} />}
      </Section>
    </Page>
  )
}

function RefundTable(props: { caption: string; status: string | undefined; empty: string }) {
  const { caption, status, empty } = props
  const list = useApiList('/api/admin/refunds', { query: status === undefined ? {} : { status } })
  return (
    <DataTable
      caption={caption}
      columns={useRefundColumns(status)}
      rows={list.items}
      rowKey={row => row.refundId}
      state={list}
      empty={empty}
      csv={`/api/admin/refunds${status === undefined ? '' : `?status=${status}`}`}
    />
  )
}
