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

const colours: Readonly<Record<AuditRun['status'], Colour>> = {
  unavailable: 'gray',
  none: 'gray',
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
            [
              t.status,
              <Badge key="status" colour={colours[status]}>
                {t.states[status]}
              </Badge>,
            ],
            [t.startedAt, startedAt === null ? undefined : <Time key="started" at={startedAt} />],
            [t.finishedAt, finishedAt === null ? undefined : <Time key="finished" at={finishedAt} />],
          ]}
        />
      </div>
      {output !== '' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by the keyboard.
        <section className={classes.output} tabIndex={0} aria-label={t.output}>
          <pre>{output}</pre>
        </section>
      )}
    </>
  )
}
