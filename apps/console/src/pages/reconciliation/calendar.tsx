import { Link, useSearchParams } from 'wouter'
import { useApi, useApiList } from '../../api/use-api.ts'
import { pathOf } from '../../components/entity-link.tsx'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Page } from '../../components/page.tsx'
import { Badge, type Colour, useLocale } from '../../components/values.tsx'
import { ViewLinks } from '../../components/view-links.tsx'
import { beijingDay } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { type DayState, type Run, stateOf } from './day-state.ts'
import { addDays, addMonths, boundsOf, monthOf, weeksOf } from './month.ts'
import classes from './reconciliation.module.css'
import { texts } from './texts.ts'

const colours: Readonly<Record<DayState, Colour>> = {
  signed_off: 'green',
  done: 'blue',
  differences: 'red',
  gave_up: 'red',
  running: 'amber',
  none: 'amber',
  quiet: 'gray',
  not_yet: 'gray',
}

/** A month as a calendar: each day says how its reconciliation stands, and opens it. */
export function Calendar() {
  const t = useTexts(texts)
  const [search] = useSearchParams()
  const today = beijingDay(Date.now())
  const month = monthOf(search.get('month'), today)
  const list = useApiList(
    '/api/admin/reconciliations',
    { query: { ...boundsOf(month), limit: '31' } },
    { every: 30_000 },
  )
  const report = useApi('/api/admin/reports/daily', { query: { ...boundsOf(month), by: 'day' } })
  const days = report.data?.items.filter(({ payments, refunds }) => payments + refunds > 0)
  const active = days && new Set(days.map(({ from }) => from))
  const runs = new Map(list.items.map(run => [run.billDate, run]))
  const current = today.slice(0, 7)
  const yesterday = addDays(today, -1)
  const link = (to: string, label: string) => ({ href: `/reconciliation?month=${to}`, label, current: false })
  const views = [
    link(addMonths(month, -1), t.previousMonth),
    // On the first of a month, yesterday is not in the month that is shown first.
    ...(monthOf(null, yesterday) === month
      ? []
      : [{ href: pathOf('day', yesterday), label: t.yesterday, current: false }]),
    ...(month === current ? [] : [link(current, t.thisMonth)]),
    ...(month < current ? [link(addMonths(month, 1), t.nextMonth)] : []),
  ]
  return (
    <Page title={t.month(month)}>
      <ViewLinks label={t.months} views={views} />
      <p className={classes.hint}>{t.automatic}</p>
      {list.error !== null && <LoadProblem problem={list.error} again={list.refetch} />}
      {(list.error === null || list.items.length > 0) && (
        <Month
          {...{ month, runs, today, active }}
          loading={{ withRun: list.isPending, withoutRun: list.isPending || report.isPending }}
        />
      )}
    </Page>
  )
}

interface MonthProps {
  month: string
  runs: ReadonlyMap<string, Run>
  today: string
  /** The days on which something was paid or refunded. */
  active: ReadonlySet<string> | undefined
  /** Which days are not known yet: those with a comparison, and those without. */
  loading: { withRun: boolean; withoutRun: boolean }
}

function Month({ month, runs, today, active, loading }: MonthProps) {
  const t = useTexts(texts)
  const weekdays = useWeekdays()
  return (
    <table className={classes.calendar} aria-busy={loading.withRun || loading.withoutRun}>
      <caption className={classes.hidden}>{t.month(month)}</caption>
      <thead>
        <tr>
          {weekdays.map(name => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeksOf(month).map(week => (
          <tr key={`${month} ${week.find(date => date !== undefined)}`}>
            {week.map((date, weekday) =>
              date === undefined ? (
                <td key={weekdays[weekday]} className={classes.outside} />
              ) : (
                <td key={date} {...(date === today ? { 'aria-current': 'date' as const } : {})}>
                  <Day
                    date={date}
                    weekday={weekdays[weekday] ?? ''}
                    run={runs.get(date)}
                    state={stateOf(runs.get(date), { date, today, active })}
                    loading={runs.has(date) ? loading.withRun : loading.withoutRun}
                  />
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Day(props: { date: string; weekday: string; run: Run | undefined; state: DayState; loading: boolean }) {
  const { date, weekday, run, state, loading } = props
  const t = useTexts(texts)
  const number = (
    <>
      <span className={classes.number}>{Number(date.slice(-2))}</span>
      <span className={classes.weekday}>{weekday}</span>
    </>
  )
  if (state === 'not_yet') return <span className={classes.day}>{number}</span>
  return (
    <Link href={pathOf('day', date)} className={classes.day}>
      {number}
      {loading ? null : state === 'quiet' ? (
        <span className={classes.quiet}>
          <span aria-hidden="true">—</span>
          <span className={classes.hidden}>{t.states.quiet}</span>
        </span>
      ) : (
        <Badge colour={colours[state]}>
          {state === 'differences' ? t.openDifferences(run?.unsettled ?? 0) : t.states[state]}
        </Badge>
      )}
    </Link>
  )
}

/** Monday to Sunday, short. 2026-03-02 was a Monday. */
function useWeekdays(): string[] {
  const format = new Intl.DateTimeFormat(useLocale(), { weekday: 'short', timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2026, 2, 2 + day)))
}
