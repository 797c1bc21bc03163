import { Link } from 'wouter'
import { billDifference } from '../../api-words/bill-sentences.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink, pathOf } from '../../components/entity-link.tsx'
import { Section } from '../../components/page.tsx'
import { Status } from '../../components/status.tsx'
import { CopyableId, Money, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'
import type { Reconciliation } from './day-state.ts'
import { texts } from './texts.ts'

type Difference = Reconciliation['differences'][number]

/** The differences of a day, page by page, each with its case. */
export function Differences(props: { date: string; reconciliation: Reconciliation; offset: string | undefined }) {
  const { date, reconciliation, offset } = props
  const { run, differences, nextOffset } = reconciliation
  const t = useTexts(texts)
  const columns = useColumns()
  if (run.status !== 'DONE' && differences.length === 0) return null
  return (
    <Section title={t.differences}>
      <DataTable
        caption={t.differences}
        columns={columns}
        rows={differences}
        rowKey={({ billDate, kind, subject }) => `${billDate} ${kind} ${subject}`}
        empty={t.noDifferences}
        csv={`/api/admin/reconciliations/${date}`}
        {...(offset === undefined && nextOffset === null
          ? {}
          : { note: <Pages date={date} offset={offset} nextOffset={nextOffset} /> })}
      />
    </Section>
  )
}

function Pages(props: { date: string; offset: string | undefined; nextOffset: number | null }) {
  const { date, offset, nextOffset } = props
  const t = useTexts(texts)
  return (
    <nav aria-label={t.pages}>
      {offset !== undefined && <Link href={pathOf('day', date)}>{t.firstPage}</Link>}{' '}
      {nextOffset !== null && <Link href={`${pathOf('day', date)}?offset=${nextOffset}`}>{t.nextPage}</Link>}
    </nav>
  )
}

function useColumns(): Column<Difference>[] {
  const t = useTexts(texts)
  const money = (fen: number | null) => (fen === null ? '—' : <Money fen={fen} />)
  const time = (at: string | null) => at !== null && <Time at={at} />
  return [
    { key: 'kind', header: t.difference, heads: true, cell: ({ kind }) => wordFor(t.kinds, kind) },
    { key: 'state', header: t.state, cell: row => <Status kind="difference" value={row.status} /> },
    { key: 'bill', header: t.billFen, end: true, cell: row => money(row.billFen) },
    { key: 'ours', header: t.ourFen, end: true, cell: row => money(row.ourFen) },
    { key: 'billAt', header: t.billAt, cell: row => time(row.billAt) },
    { key: 'ourAt', header: t.ourAt, cell: row => time(row.ourAt) },
    { key: 'subject', header: t.subject, cell: ({ subject }) => <CopyableId id={subject} /> },
    {
      key: 'order',
      header: t.order,
      cell: ({ orderId }) =>
        orderId !== null && <EntityLink entity="order" id={orderId} label={`…${orderId.slice(-12)}`} />,
    },
    {
      key: 'detail',
      header: t.detail,
      cell: ({ detail }) => <ApiText text={detail} chinese={billDifference(detail)} brief />,
    },
    {
      key: 'case',
      header: t.case,
      cell: ({ caseId }) => caseId !== null && <EntityLink entity="case" id={caseId} label={t.openCase} />,
    },
  ]
}
