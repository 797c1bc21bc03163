import { send } from '../../api/send.ts'
import type { Item } from '../../api/use-api.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import classes from '../../components/tables.module.css'
import { formatFen } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { texts } from './texts.ts'

export type Refund = Item<'/api/admin/refunds'>

/** What a person may do about a refund: approve or reject one that waits for a second person, retry a failed one. */
export function RefundActions({ refund }: { refund: Refund }) {
  const { can } = useSession()
  if (!can('refund.decide')) return null
  switch (refund.status) {
    case 'AWAITING_APPROVAL':
      return <Decide refund={refund} />
    case 'FAILED':
      return <Retry refund={refund} />
    default:
      return null
  }
}

function Decide({ refund: { refundId, orderId, amountFen, requestedBy } }: { refund: Refund }) {
  const t = useTexts(texts)
  const { session } = useSession()
  const own = requestedBy === session.id
  const path = { id: refundId }
  const amount = formatFen(amountFen)
  return (
    <div className={classes.actions}>
      {own ? (
        <span>{t.anotherPerson}</span>
      ) : (
        <ActionDialog
          label={t.approve}
          variant="filled"
          title={t.approveTitle}
          sentence={t.approveSentence(amount, orderId, requestedBy)}
          confirm={t.approveConfirm(amount)}
          run={() => send('/api/admin/refunds/{id}/approve', { path })}
          done={() => t.approved}
        />
      )}
      <ActionDialog
        label={own ? t.withdraw : t.reject}
        title={own ? t.withdrawTitle : t.rejectTitle}
        sentence={t.rejectSentence(amount, orderId)}
        confirm={own ? t.withdraw : t.reject}
        reason="required"
        danger
        run={({ reason }) => send('/api/admin/refunds/{id}/reject', { path, body: { reason } })}
        done={() => t.rejected}
      />
    </div>
  )
}

function Retry({ refund: { refundId, orderId, amountFen } }: { refund: Refund }) {
  const t = useTexts(texts)
  return (
    <ActionDialog
      label={t.retry}
      title={t.retryTitle}
      sentence={t.retrySentence(formatFen(amountFen), orderId)}
      confirm={t.retryConfirm}
      run={() => send('/api/admin/refunds/{id}/retry', { path: { id: refundId } })}
      done={() => t.retried}
    />
  )
}
