import { Button } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Filters } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { Count, KeyValues, Money } from '../../components/values.tsx'
import { ViewLinks } from '../../components/view-links.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { Chart } from './chart.tsx'
import { areFeesUnknown, hasMoney, type ReportRow, type Sum, sumOf } from './report-sum.ts'
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
  const [all, setAll] = useState(false)
  const busy = rows.filter(hasMoney)
  const quiet = rows.length - busy.length
  // A report without any money keeps its rows.
  const shown = all || busy.length === 0 ? rows : busy
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
      {rows.length > 0 && <Sums sum={sum} />}
      {rows.length > 0 && <Chart rows={rows} paidFen={sum.paidFen} refundedFen={sum.refundedFen} />}
      <DataTable
        caption={t.title}
        columns={columns}
        rows={shown}
        rowKey={row => row.period}
        state={report}
        empty={t.empty}
        csv={`/api/admin/reports/daily?${new URLSearchParams(query)}`}
        foot={<SumRow sum={sum} columns={columns} />}
        {...(rows.length > 0 ? { note: <span>{t.fees(sum.reconciledDays, sum.days)}</span> } : {})}
      />
      {busy.length > 0 && quiet > 0 && (
        <Button size="xs" variant="default" mt="sm" aria-pressed={all} onClick={() => setAll(!all)}>
          {t.quiet(quiet)}
        </Button>
      )}
    </Page>
  )
}

function SumRow({ sum, columns }: { sum: Sum; columns: readonly Column<ReportRow>[] }) {
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

/** The sums above the table, where its cards would have them at the end. */
function Sums({ sum }: { sum: Sum }) {
  const t = useTexts(texts)
  return (
    <section aria-label={t.sum} className={classes.sums}>
      <KeyValues
        entries={[
          [t.paid, <Money key="paid" fen={sum.paidFen} />],
          [t.refunded, <Money key="refunded" fen={sum.refundedFen} />],
          [t.fee, <Fee key="fee" row={sum} />],
          [t.net, <Net key="net" row={sum} />],
        ]}
      />
    </section>
  )
}

/** Fees are known of days that were compared. */
const Fee = ({ row }: { row: Sum }) => (areFeesUnknown(row) ? '—' : <Money fen={row.feeFen} />)

function Net({ row }: { row: Sum }) {
  const t = useTexts(texts)
  return (
    <>
      <Money fen={row.netFen} />
      {areFeesUnknown(row) && row.paidFen > 0 && <div className={classes.beforeFees}>{t.beforeFees}</div>}
    </>
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
    { key: 'fee', header: t.fee, end: true, cell: row => <Fee row={row} /> },
    { key: 'net', header: t.net, end: true, cell: row => <Net row={row} /> },
    { key: 'compared', header: t.compared, end: true, cell: row => t.of(row.reconciledDays, row.days) },
  ]
}
