import type { ReactNode } from 'react'
import { type Answer, useApi } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Missing } from '../../components/missing.tsx'
import { Page } from '../../components/page.tsx'
import { Badge, Count, Time, useLocale } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { serviceWords, wordFor } from '../../i18n/words.ts'
import { navigationTexts } from '../../layout/navigation.ts'
import { useSession } from '../../session/session.tsx'
import classes from './jobs.module.css'
import { isLate } from './late.ts'
import { texts } from './texts.ts'

const path = '/api/admin/due'
type DueWork = Answer<typeof path>['items'][number]

const refreshMs = 10_000
/** Rows are counted up to this number. */
const countMax = 10_000

/** What the services do by themselves: what is due in PostgreSQL, beside the timers in Redis. */
export default function JobsPage() {
  const names = useTexts(navigationTexts)
  const t = useTexts(texts)
  const { can } = useSession()
  const work = useApi(path, {}, { every: refreshMs })
  const rows = work.data?.items ?? []
  // The time at which the rows were read, so that rendering again changes nothing.
  const late = rows.filter(row => isLate(row, work.dataUpdatedAt)).length
  return (
    <Page title={names.jobs}>
      <p>{t.intro}</p>
      {can('job.read') && (
        <p>
          <a href="/jobs-board" target="_blank" rel="noreferrer">
            {t.board}
          </a>
        </p>
      )}
      <Missing services={work.data?.missing} />
      {work.data !== undefined && <p role="status">{late === 0 ? t.onTime : <strong>{t.late(late)}</strong>}</p>}
      <DataTable
        caption={names.jobs}
        columns={useColumns(work.dataUpdatedAt)}
        rows={rows}
        rowKey={row => `${row.service} ${row.kind}`}
        state={work}
        empty={t.empty}
        csv={path}
      />
    </Page>
  )
}

function useColumns(readAt: number): Column<DueWork>[] {
  const t = useTexts(texts)
  const kinds: Readonly<Record<string, string>> = t.kinds
  const services: Readonly<Record<string, string>> = useTexts(serviceWords)
  const time = (name: string, at: string | null) =>
    at !== null && (
      <>
        {name} <Time at={at} age />
      </>
    )
  return [
    {
      key: 'work',
      header: t.work,
      heads: true,
      cell: row => <Lines first={kinds[row.kind] ?? row.kind} then={wordFor(services, row.service)} />,
    },
    { key: 'state', header: t.state, cell: row => <State late={isLate(row, readAt)} due={row.due} /> },
    {
      key: 'due',
      header: t.due,
      cell: row => <Lines first={<Rows count={row.due} />} then={time(t.oldest, row.oldestDueAt)} />,
    },
    {
      key: 'waiting',
      header: t.waiting,
      cell: row => <Lines first={<Rows count={row.waiting} />} then={time(t.next, row.nextDueAt)} />,
    },
    {
      key: 'timers',
      header: t.timers,
      cell: row =>
        row.timers === null ? (
          t.noTimers
        ) : (
          <Lines first={<Count value={row.timers.delayed} />} then={time(t.next, row.timers.nextAt)} />
        ),
    },
  ]
}

const Lines = ({ first, then }: { first: ReactNode; then: ReactNode }) => (
  <div>
    {first}
    <div className={classes.muted}>{then}</div>
  </div>
)

function State({ late, due }: { late: boolean; due: number }) {
  const t = useTexts(texts)
  if (late) return <Badge colour="red">{t.isLate}</Badge>
  return due > 0 ? <Badge colour="blue">{t.isDue}</Badge> : <Badge colour="green">{t.isOk}</Badge>
}

/** A number of rows, which are counted up to 10,000. */
function Rows({ count }: { count: number }) {
  const t = useTexts(texts)
  const format = new Intl.NumberFormat(useLocale())
  return count < countMax ? <Count value={count} /> : t.atLeast(format.format(countMax))
}
