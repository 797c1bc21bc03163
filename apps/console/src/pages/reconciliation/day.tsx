import { useSearchParams } from 'wouter'
import { useApi } from '../../api/use-api.ts'
import { alipayAnswer } from '../../api-words/alipay-sentences.ts'
import { ApiText } from '../../components/api-text.tsx'
import { pathOf } from '../../components/entity-link.tsx'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Page } from '../../components/page.tsx'
import { Status } from '../../components/status.tsx'
import { KeyValues, Time } from '../../components/values.tsx'
import { ViewLinks } from '../../components/view-links.tsx'
import { beijingDay } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { BothSides, Further } from './both-sides.tsx'
import { Compare, SignOff } from './day-actions.tsx'
import type { Reconciliation, Run } from './day-state.ts'
import { Differences } from './differences.tsx'
import { addDays } from './month.ts'
import classes from './reconciliation.module.css'
import { texts } from './texts.ts'

/** How often the day is read again, so that a comparison in progress is seen to end, ms. */
const refreshMs = 5000

/** One day: both sides' sums, fees, differences, running the comparison again, and signing it off. */
export function Day({ date }: { date: string }) {
  const t = useTexts(texts)
  const [search] = useSearchParams()
  const offset = /^\d{1,9}$/.test(search.get('offset') ?? '') ? (search.get('offset') as string) : undefined
  const result = useApi(
    '/api/admin/reconciliations/{date}',
    { path: { date }, query: { offset } },
    { every: refreshMs },
  )
  const { data, error } = result
  const unknown = error?.status === 404
  return (
    <Page title={t.day(date)} actions={(data !== undefined || unknown) && <Compare date={date} first={unknown} />}>
      <DayLinks date={date} />
      {error !== null && !unknown && <LoadProblem problem={error} again={result.refetch} />}
      {unknown && <p>{date < beijingDay(Date.now()) ? t.noRun : t.notOver}</p>}
      {data !== undefined && !unknown && <DayBody date={date} reconciliation={data} offset={offset} />}
    </Page>
  )
}

function DayBody(props: { date: string; reconciliation: Reconciliation; offset: string | undefined }) {
  const { date, reconciliation, offset } = props
  const { run } = reconciliation
  return (
    <>
      <RunFacts run={run} />
      <SignOff date={date} run={run} />
      {run.status === 'DONE' && (
        <>
          <BothSides run={run} />
          <Further run={run} />
        </>
      )}
      <Differences date={date} reconciliation={reconciliation} offset={offset} />
    </>
  )
}

function DayLinks({ date }: { date: string }) {
  const t = useTexts(texts)
  const link = (href: string, label: string) => ({ href, label, current: false })
  const next = addDays(date, 1)
  return (
    <ViewLinks
      label={t.days}
      views={[
        link(`/reconciliation?month=${date.slice(0, 7)}`, t.calendar),
        link(pathOf('day', addDays(date, -1)), t.previousDay),
        ...(next < beijingDay(Date.now()) ? [link(pathOf('day', next), t.nextDay)] : []),
      ]}
    />
  )
}

function RunFacts({ run }: { run: Run }) {
  const t = useTexts(texts)
  const { signedOffAt, signedOffBy, finishedAt } = run
  return (
    <KeyValues
      entries={[
        [t.status, <Status key="status" kind="run" value={run.status} />],
        [t.startedBy, run.startedBy],
        [t.startedAt, <Time key="started" at={run.createdAt} />],
        [t.finishedAt, finishedAt !== null ? <Time key="finished" at={finishedAt} /> : undefined],
        [t.tries, run.tries > 1 ? run.tries : undefined],
        [t.why, run.why !== null ? <ApiText key="why" text={run.why} chinese={alipayAnswer(run.why)} /> : undefined],
        [
          t.signedOff,
          signedOffAt !== null ? (
            <span key="signed" className={classes.gap}>
              {signedOffBy} · <Time at={signedOffAt} />
            </span>
          ) : undefined,
        ],
        [t.signOffNote, run.signOffNote],
      ]}
    />
  )
}
