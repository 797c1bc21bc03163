import { Alert, Button, Textarea } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { ApiProblem } from '../api/problem.ts'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import classes from './action-dialog.module.css'
import { ProblemText } from './problem-text.tsx'
import { useAction } from './use-action.ts'

const texts = defineTexts({
  en: {
    cancel: 'Back',
    reason: 'Reason',
    optional: 'Reason (optional)',
    stored: 'Stored in the audit log',
    failed: 'This was not done',
    unclear: 'No answer came. Send it again: it takes effect at most once.',
    still: 'It is not known whether the first send took effect. Go back and check before you begin again.',
    again: 'Send again',
  },
  zh: {
    cancel: '返回',
    reason: '原因',
    optional: '原因（可选）',
    stored: '将记入审计日志',
    failed: '操作未执行',
    unclear: '没有收到答复。可以再次发送：最多只会生效一次。',
    still: '仍不确定首次发送是否已生效。请返回核对后再操作。',
    again: '再次发送',
  },
})

interface ActionDialogProps<R> {
  /** Text of the button that opens the dialog. */
  label: string
  title: string
  /** What will happen, in a sentence. */
  sentence: ReactNode
  /** Text of the button that does it. */
  confirm: string
  reason?: 'required' | 'optional' | 'none'
  danger?: boolean
  disabled?: boolean
  size?: 'xs' | 'sm'
  variant?: 'filled' | 'default' | 'subtle'
  /** Further fields. */
  children?: ReactNode
  /** False while these fields are not filled in. */
  ready?: boolean
  onOpen?(): void
  onClose?(): void
  run(input: { reason: string; key: string }): Promise<R>
  /** The message afterwards. */
  done(result: R): string
}

/** A send of a dialog, with the fields as they were. */
interface Sent<R> {
  sentence: ReactNode
  again(): Promise<R>
}

/**
 * A button that opens a dialog, which says what will happen and does it. After a refusal the next send has a new
 * idempotency key (`key`). After an unclear answer the fields are locked: what is sent again is the same request with
 * the same key, which takes effect once.
 */
export function ActionDialog<R>(props: ActionDialogProps<R>) {
  const [open, setOpen] = useState(false)
  const { label, danger, disabled = false, size = 'xs', variant = 'default', onOpen } = props
  return (
    <>
      <Button
        size={size}
        variant={variant}
        {...(danger ? { color: 'red.8' } : {})}
        disabled={disabled}
        aria-haspopup="dialog"
        onClick={() => {
          onOpen?.()
          setOpen(true)
        }}
      >
        {label}
      </Button>
      {open && (
        <OpenDialog
          {...props}
          closed={() => {
            setOpen(false)
            props.onClose?.()
          }}
        />
      )}
    </>
  )
}

function OpenDialog<R>(props: ActionDialogProps<R> & { closed(): void }) {
  const t = useTexts(texts)
  const { reason: wanted = 'none', ready = true } = props
  const dialog = useRef<HTMLDialogElement>(null)
  // The browser gives the focus back to the button that opened the dialog.
  const close = () => dialog.current?.close()
  const titleId = useId()
  const sentenceId = useId()
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [reason, setReason] = useState('')
  const [unanswered, setUnanswered] = useState<Sent<R> | null>(null)
  const action = useAction({
    run: (sent: Sent<R>) =>
      sent.again().catch(error => {
        if (!(error instanceof ApiProblem)) throw error
        if (error.unclear) setUnanswered(sent)
        else if (unanswered === null) setKey(crypto.randomUUID())
        throw error
      }),
    done: props.done,
    onDone: close,
  })
  useEffect(() => dialog.current?.showModal(), [])
  const enough = ready && (wanted !== 'required' || reason.trim() !== '')
  const sent = unanswered ?? {
    sentence: props.sentence,
    again: () => props.run({ reason: reason.trim(), key }),
  }
  const maySend = unanswered === null ? enough : action.problem?.kind !== 'idempotency-key-reused'
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-labelledby={titleId}
      aria-describedby={sentenceId}
      onClose={props.closed}
      onCancel={event => {
        if (action.pending) event.preventDefault()
      }}
    >
      <form
        className={classes.form}
        onSubmit={event => {
          event.preventDefault()
          if (maySend) action.run(sent)
        }}
      >
        <h2 id={titleId} className={classes.title}>
          {props.title}
        </h2>
        <fieldset className={classes.fields} disabled={unanswered !== null}>
          {props.children}
          {wanted !== 'none' && (
            <Textarea
              label={wanted === 'required' ? t.reason : t.optional}
              description={t.stored}
              required={wanted === 'required'}
              maxLength={250}
              rows={2}
              value={reason}
              onChange={event => setReason(event.currentTarget.value)}
            />
          )}
        </fieldset>
        <div id={sentenceId} className={classes.sentence} aria-live="polite">
          {sent.sentence}
        </div>
        {action.problem !== null && <ActionProblem problem={action.problem} sentBefore={unanswered !== null} />}
        <div className={classes.buttons}>
          <Button variant="default" disabled={action.pending} onClick={close}>
            {t.cancel}
          </Button>
          <Button
            type="submit"
            loading={action.pending}
            disabled={!maySend}
            {...(props.danger ? { color: 'red.8' } : {})}
          >
            {unanswered === null ? props.confirm : t.again}
          </Button>
        </div>
      </form>
    </dialog>
  )
}

/** Why an action was not done, or that no answer says whether it was; `sentBefore`: an earlier send has no answer. */
export function ActionProblem({ problem, sentBefore = false }: { problem: ApiProblem; sentBefore?: boolean }) {
  const t = useTexts(texts)
  const refused = sentBefore ? t.still : t.failed
  return (
    <Alert role="alert" color="red" variant="light" title={problem.unclear ? t.unclear : refused}>
      <ProblemText problem={problem} />
    </Alert>
  )
}
