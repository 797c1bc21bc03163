import { useApi } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Filters } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { Count, Money } from '../../components/values.tsx'
import { ViewLinks } from '../../components/view-links.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { Chart } from './chart.tsx'
import { type ReportRow, sumOf } from './report-sum.ts'
import classes from './reports.module.css'
import { texts } from './texts.ts'

const periods = ['day', 'week', 'month'] as const

/** Sales, refunds and fees by day, week or month, with their sums. */
export default function ReportsPage() {
  const t = useTexts(texts)
  const filters = useFilters(['from', 'to', 'by'])
  const { by: _, ...dates } = filters.values
  const by = periods.find(period => period === filters.values.by) ?? 'day'
  const query = { ...dates, by }
  const report = useApi('/api/admin/reports/daily', { query })
  const rows = report.data?.items ?? []
  const sum = sumOf(rows)
  const columns = useColumns()
  return (
    <Page title={t.title}>
      <ViewLinks
        label={t.by}
        views={periods.map(period => ({
          href: `/reports?${new URLSearchParams({ ...dates, by: period })}`,
          label: t.views[period],
          current: period === by,
        }))}
      />
      <Filters
        fields={[
          { name: 'from', label: t.from, kind: 'day' },
          { name: 'to', label: t.to, kind: 'day' },
        ]}
        filters={{ ...filters, values: dates, clear: () => filters.set({ from: '', to: '' }) }}
      />
      <p className={classes.hint}>{t.last}</p>
      {rows.length > 0 && <Chart rows={rows} paidFen={sum.paidFen} refundedFen={sum.refundedFen} />}
      <DataTable
        caption={t.title}
        columns={columns}
        rows={rows}
        rowKey={row => row.period}
        state={report}
        empty={t.empty}
        csv={`/api/admin/reports/daily?${new URLSearchParams(query)}`}
        foot={<SumRow sum={sum} columns={columns} />}
        {...(rows.length > 0 ? { note: <span>{t.fees(sum.reconciledDays, sum.days)}</span> } : {})}
      />
    </Page>
  )
}

function SumRow({ sum, columns }: { sum: ReturnType<typeof sumOf>; columns: readonly Column<ReportRow>[] }) {
  const t = useTexts(texts)
  return (
    <tr>
      <th scope="row" data-label={t.period}>
        {t.sum}
      </th>
      {columns.slice(1).map(({ key, header, cell }) => (
        <td key={key} data-label={header} className={classes.end}>
          {cell({ ...sum, period: '', from: '', to: '' })}
        </td>
      ))}
    </tr>
  )
}

function useColumns(): Column<ReportRow>[] {
  const t = useTexts(texts)
  return [
    { key: 'period', header: t.period, heads: true, cell: row => row.period },
    { key: 'payments', header: t.payments, end: true, cell: row => <Count value={row.payments} /> },
    { key: 'paid', header: t.paid, end: true, cell: row => <Money fen={row.paidFen} /> },
    { key: 'refunds', header: t.refunds, end: true, cell: row => <Count value={row.refunds} /> },
    { key: 'refunded', header: t.refunded, end: true, cell: row => <Money fen={row.refundedFen} /> },
    { key: 'fee', header: t.fee, end: true, cell: row => <Money fen={row.feeFen} /> },
    { key: 'net', header: t.net, end: true, cell: row => <Money fen={row.netFen} /> },
    { key: 'compared', header: t.compared, end: true, cell: row => t.of(row.reconciledDays, row.days) },
  ]
}
