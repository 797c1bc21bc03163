import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useApi } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { pathOf } from '../../components/entity-link.tsx'
import { Status } from '../../components/status.tsx'
import { Count, Time } from '../../components/values.tsx'
import { beijingDay } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { texts } from './texts.ts'
import type { TodayAnswer } from './today-data.ts'

const dayMs = 86_400_000

type MoneyToday = NonNullable<TodayAnswer['money']>

interface Row {
  name: string
  href: string
  value: ReactNode
  oldestAt?: string | null
}

/** What waits for a person, each with a link to its list. */
export function Waiting({ money }: { money: MoneyToday }) {
  const t = useTexts(texts)
  const rows = useRows(money)
  const columns: Column<Row>[] = [
    { key: 'what', header: t.what, heads: true, cell: row => <Link href={row.href}>{row.name}</Link> },
    { key: 'count', header: t.count, end: true, cell: row => <Link href={row.href}>{row.value}</Link> },
    { key: 'oldest', header: t.oldest, cell: row => row.oldestAt && <Time at={row.oldestAt} age /> },
  ]
  return <DataTable caption={t.waiting} columns={columns} rows={rows} rowKey={row => row.name} />
}

function useRows(money: MoneyToday): Row[] {
  const t = useTexts(texts)
  const consumers = useApi('/api/admin/consumers', {}, { every: 15_000 })
  const counted = (name: string, href: string, { count, oldestAt }: MoneyToday['cases']): Row => {
    return { name, href, value: <Count value={count} />, oldestAt }
  }
  const lags = consumers.data?.items.map(({ lag }) => lag)
  const lag = lags?.some(one => one !== null) ? lags.reduce<number>((sum, one) => sum + (one ?? 0), 0) : undefined
  const noLag = consumers.isPending ? '…' : t.unknown
  return [
    counted(t.cases, '/cases', money.cases),
    counted(t.approvedCases, '/cases?status=APPROVED', money.casesAwaitingApproval),
    counted(t.awaiting, '/refunds?status=AWAITING_APPROVAL', money.refundsAwaitingApproval),
    counted(t.openRefunds, '/refunds?status=OPEN', money.refundsOpen),
    counted(t.deadLetters, '/dead-letters?status=WAITING', money.deadLetters),
    { name: t.lag, href: '/dead-letters', value: lag === undefined ? noLag : <Count value={lag} /> },
    useReconciliationRow(money.reconciliation),
    ...money.certificates.map(({ name, daysLeft }) => {
      return { name: t.certificate(name), href: '/system', value: t.days(daysLeft) }
    }),
  ]
}

function useReconciliationRow(run: MoneyToday['reconciliation']): Row {
  const t = useTexts(texts)
  const yesterday = beijingDay(Date.now() - dayMs)
  if (run === null) return { name: t.noReconciliation, href: pathOf('day', yesterday), value: '—' }
  const { date, status, differences, signedOffBy } = run
  const value = (
    <>
      <Status kind="run" value={status} /> {status === 'DONE' && t.differences(differences)}
      {signedOffBy !== null && <div>{t.signedOff(signedOffBy)}</div>}
    </>
  )
  return { name: t.reconciliation(date), href: pathOf('day', date), value }
}
