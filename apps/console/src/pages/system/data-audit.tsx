import { Button } from '@mantine/core'
import { api } from '../../api/client.ts'
import { type Answer, useApi } from '../../api/use-api.ts'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Section } from '../../components/page.tsx'
import { useAction } from '../../components/use-action.ts'
import { Badge, type Colour, KeyValues, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import classes from './system.module.css'
import { auditTexts } from './texts.ts'

const path = '/api/admin/system/audit'
type AuditRun = Answer<typeof path>

/** How often a run in progress is read, ms. */
const pollMs = 2_000

const colours: Readonly<Partial<Record<AuditRun['status'], Colour>>> = {
  running: 'blue',
  clean: 'green',
  failed: 'red',
}

/** Runs the audit of all services' data, and shows its result. */
export function DataAudit() {
  const t = useTexts(auditTexts)
  const known = useApi(path)
  const run = useApi(path, {}, { every: known.data?.status === 'running' ? pollMs : undefined })
  const action = useAction({ run: () => api.POST(path), done: () => t.started })
  const status = run.data?.status
  const problem = action.problem ?? run.error
  return (
    <Section
      title={t.title}
      actions={
        <Button
          size="xs"
          variant="default"
          loading={action.pending}
          disabled={status === undefined || status === 'unavailable' || status === 'running'}
          onClick={() => action.run(undefined)}
        >
          {t.run}
        </Button>
      }
    >
      <p className={classes.hint}>{t.hint}</p>
      {problem !== null && <LoadProblem problem={problem} again={run.refetch} />}
      {run.data !== undefined && <Result run={run.data} />}
    </Section>
  )
}

function Result({ run: { status, startedAt, finishedAt, output } }: { run: AuditRun }) {
  const t = useTexts(auditTexts)
  return (
    <>
      <div role="status">
        <KeyValues
          entries={[
            [t.status, <State key="status" status={status} />],
            [t.startedAt, startedAt === null ? undefined : <Time key="started" at={startedAt} />],
            [t.finishedAt, finishedAt === null ? undefined : <Time key="finished" at={finishedAt} />],
          ]}
        />
      </div>
      {output !== '' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by the keyboard.
        <section className={classes.output} tabIndex={0} aria-label={t.output}>
          <pre lang="en">{output}</pre>
        </section>
      )}
    </>
  )
}

/** Without a run, the text is longer than a badge may be on narrow screens. */
function State({ status }: Pick<AuditRun, 'status'>) {
  const { states } = useTexts(auditTexts)
  const colour = colours[status]
  return colour === undefined ? states[status] : <Badge colour={colour}>{states[status]}</Badge>
}
