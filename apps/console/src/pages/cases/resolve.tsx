import { Alert, Button, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { send } from '../../api/send.ts'
import { useApi } from '../../api/use-api.ts'
import { noteInChinese } from '../../api-words/case-sentences.ts'
import { ActionProblem } from '../../components/action-dialog.tsx'
import { ApiText } from '../../components/api-text.tsx'
import { Section } from '../../components/page.tsx'
import { useAction } from '../../components/use-action.ts'
import { formatFen } from '../../format/format.ts'
import { useLanguage, useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { actionsFor, approvalOf, type Case, type CaseAction } from './case-actions.ts'
import classes from './cases.module.css'
import { resolveTexts } from './resolve-texts.ts'

/** Preview, then resolve: nothing can be done before the preview has said what will happen. */
export function Resolve({ case: about }: { case: Case }) {
  const t = useTexts(resolveTexts)
  const { can } = useSession()
  return (
    <Section title={t.title}>
      {about.status === 'RESOLVED' ? (
        <p>{t.over}</p>
      ) : (
        <>
          <Approval case={about} />
          {can('case.resolve') ? <ResolveForm case={about} /> : <p>{t.forbidden}</p>}
        </>
      )}
    </Section>
  )
}

function Approval({ case: about }: { case: Case }) {
  const t = useTexts(resolveTexts)
  const { session } = useSession()
  const approval = approvalOf(about)
  if (approval === undefined) return null
  const action = approval.action === undefined ? '?' : t.actions[approval.action]
  return (
    <Alert color="blue" variant="light" mb="sm">
      {approval.by === session.id ? t.approvedByYou(action) : t.approvedBy(approval.by, action)}
    </Alert>
  )
}

const lastNote = ({ trail }: Case, what: string) => trail.findLast(entry => entry.what === what)?.note ?? ''

function useResolve(about: Case, action: CaseAction, note: string, onPreview: (would: string) => void) {
  const t = useTexts(resolveTexts)
  const { language } = useLanguage()
  const path = { caseId: about.caseId }
  const request = (preview: boolean) =>
    send('/api/admin/cases/{caseId}/resolve', { path, body: { action, note: note.trim(), preview } })
  const preview = useAction({
    run: () => request(true),
    done: result => {
      onPreview(lastNote(result, 'previewed'))
      return t.previewed
    },
  })
  const resolve = useAction({
    run: () => request(false),
    done: result => {
      if (result.status === 'APPROVED') return t.approved
      const note = lastNote(result, 'executed')
      return t.resolved(language === 'zh' ? (noteInChinese(note) ?? note) : note)
    },
  })
  return { preview, resolve }
}

function ResolveForm({ case: about }: { case: Case }) {
  const t = useTexts(resolveTexts)
  const { session } = useSession()
  const approval = approvalOf(about)
  const [action, setAction] = useState<CaseAction>(approval?.action ?? about.proposal.action)
  const [note, setNote] = useState('')
  const [previewed, setPreviewed] = useState<{ action: CaseAction; would: string }>()
  const { preview, resolve } = useResolve(about, action, note, would => setPreviewed({ action, would }))
  const same = approval?.action === action
  const own = same && approval.by === session.id
  const ready = note.trim() !== '' && !own
  const problem = resolve.problem ?? preview.problem
  const submit = (event: FormEvent) => {
    event.preventDefault()
    resolve.reset()
    preview.run(undefined)
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <Actions case={about} action={action} choose={setAction} />
      <Textarea
        className={classes.wide ?? ''}
        label={t.note}
        description={t.noteHint}
        required
        maxLength={500}
        rows={2}
        value={note}
        onChange={event => setNote(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={preview.pending} disabled={!ready}>
        {t.preview}
      </Button>
      <div aria-live="polite" className={classes.wide}>
        {previewed?.action === action ? (
          <Alert color="blue" variant="light" title={t.would}>
            <p>{t.explains[action]}</p>
            <p>
              <ApiText text={previewed.would} chinese={noteInChinese(previewed.would)} />
            </p>
            {!same && <SecondPerson action={action} />}
          </Alert>
        ) : (
          !own && <p className={classes.hint}>{t.previewFirst}</p>
        )}
      </div>
      {problem !== null && <ActionProblem problem={problem} />}
      {previewed?.action === action && (
        <Button loading={resolve.pending} disabled={!ready || preview.pending} onClick={() => resolve.run(undefined)}>
          {same ? t.approve : t.resolve}
        </Button>
      )}
    </form>
  )
}

/** Whether another person has to approve, as payment-service is set; the rule where the setting is not known. */
function SecondPerson({ action }: { action: CaseAction }) {
  const t = useTexts(resolveTexts)
  const health = useApi('/api/admin/health')
  const payments = health.data?.services.find(({ service }) => service === 'payment-service')
  const { CASES_SECOND_PERSON: setting, REFUND_SECOND_PERSON_ABOVE_FEN: aboveFen } = payments?.info?.settings ?? {}
  if (setting === 'true') return <p>{t.secondPersonOn}</p>
  if (setting !== 'false') return <p>{t.secondPerson}</p>
  const refunds = action === 'refund_trade' || action === 'retry_refund'
  return <p>{refunds && aboveFen !== undefined ? t.refundsAbove(formatFen(Number(aboveFen))) : t.secondPersonOff}</p>
}

interface ActionChoice {
  case: Case
  action: CaseAction
  choose(action: CaseAction): void
}

/** The proposed action, and below it the others that apply. */
function Actions(props: ActionChoice) {
  const t = useTexts(resolveTexts)
  const [proposed, ...others] = actionsFor(props.case)
  return (
    <fieldset className={classes.actions}>
      <legend>{t.action}</legend>
      {proposed !== undefined && (
        <div className={classes.proposed}>
          <ActionRadio {...props} value={proposed} />
        </div>
      )}
      {others.length > 0 && <h3 className={classes.others}>{t.others}</h3>}
      {others.map(action => (
        <ActionRadio key={action} {...props} value={action} />
      ))}
    </fieldset>
  )
}

function ActionRadio({ case: about, action, choose, value }: ActionChoice & { value: CaseAction }) {
  const t = useTexts(resolveTexts)
  return (
    <label className={classes.action}>
      <input type="radio" name="action" value={value} checked={action === value} onChange={() => choose(value)} />
      <span>
        {t.actions[value]}
        {value === about.proposal.action && ` (${t.proposed})`}
        <br />
        <span className={classes.explains}>{t.explains[value]}</span>
      </span>
    </label>
  )
}
