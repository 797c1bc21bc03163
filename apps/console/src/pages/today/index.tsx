import { useApi } from '../../api/use-api.ts'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Missing } from '../../components/missing.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { Hours } from './hours.tsx'
import { Money } from './money.tsx'
import { States } from './states.tsx'
import { texts } from './texts.ts'
import classes from './today.module.css'
import type { TodayAnswer } from './today-data.ts'
import { Waiting } from './waiting.tsx'

/** What came in today and what waits for a person. Every number opens the list that it was counted from. */
export default function TodayPage() {
  const t = useTexts(texts)
  const today = useApi('/api/admin/today', {}, { every: 15_000 })
  const countedAt = today.data?.orders?.countedAt ?? today.data?.money?.countedAt
  return (
    <Page
      title={t.title}
      actions={
        countedAt !== undefined && (
          <span>
            {t.counted} <Time at={countedAt} age />
          </span>
        )
      }
    >
      {today.error !== null && <LoadProblem problem={today.error} again={today.refetch} />}
      <Missing services={today.data?.missing} />
      {today.data !== undefined && <Parts today={today.data} />}
    </Page>
  )
}

function Parts({ today }: { today: TodayAnswer }) {
  const t = useTexts(texts)
  const { orders, money } = today
  return (
    <>
      <Money money={money} delay={orders?.paidDelay ?? null} />
      <div className={classes.grid}>
        {money !== null && (
          <Section title={t.waiting}>
            <Waiting money={money} />
          </Section>
        )}
        {orders !== null && (
          <Section title={t.states}>
            <States states={orders.states} />
          </Section>
        )}
      </div>
      {orders !== null && (
        <Section title={t.hours}>
          <Hours hours={orders.hours} />
        </Section>
      )}
    </>
  )
}
