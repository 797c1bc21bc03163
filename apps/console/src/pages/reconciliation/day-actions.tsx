import { send } from '../../api/send.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import { beijingDay, formatFen } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import type { Run } from './day-state.ts'
import classes from './reconciliation.module.css'
import { texts } from './texts.ts'

/** Requests a comparison of a day. While one is in progress, the request is that one. */
export function Compare({ date, first }: { date: string; first: boolean }) {
  const t = useTexts(texts)
  const { can } = useSession()
  if (!can('reconcile') || date >= beijingDay(Date.now())) return null
  return (
    <ActionDialog
      label={first ? t.runFirst : t.run}
      title={t.runTitle}
      sentence={t.runSentence(date)}
      confirm={t.runConfirm}
      run={() => send('/api/admin/reconciliations', { body: { date } })}
      done={() => t.requested}
    />
  )
}

/** Signs a day off where it is settled; otherwise says why it can not be. Nothing where it is signed off. */
export function SignOff({ date, run }: { date: string; run: Run }) {
  const t = useTexts(texts)
  const { can } = useSession()
  if (run.signedOffAt !== null) return null
  const obstacle = obstacleOf(run)
  if (obstacle !== undefined)
    return (
      <p className={classes.reason}>
        {t.cannot}{' '}
        {obstacle === 'open' ? t.cannotOpen(run.unsettled) : obstacle === 'gave_up' ? t.cannotGaveUp : t.cannotRunning}
      </p>
    )
  if (!can('reconcile')) return null
  const net = (paid: number | null, refunded: number | null) => formatFen((paid ?? 0) - (refunded ?? 0))
  return (
    <div className={classes.reason}>
      <ActionDialog
        label={t.signOff}
        size="sm"
        variant="filled"
        title={t.signOffTitle}
        sentence={t.signOffSentence(
          date,
          net(run.billPaymentFen, run.billRefundFen),
          net(run.ourPaymentFen, run.ourRefundFen),
        )}
        confirm={t.signOffConfirm(date)}
        reason="optional"
        run={({ reason }) =>
          send('/api/admin/reconciliations/{date}/sign-off', {
            path: { date },
            body: reason === '' ? {} : { note: reason },
          })
        }
        done={() => t.signed}
      />
    </div>
  )
}

function obstacleOf({ status, unsettled }: Run): 'running' | 'gave_up' | 'open' | undefined {
  if (status === 'GAVE_UP') return 'gave_up'
  if (status !== 'DONE') return 'running'
  return unsettled > 0 ? 'open' : undefined
}
