import { type SendAnswer, send } from '../../api/send.ts'
import type { Item } from '../../api/use-api.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import classes from '../../components/tables.module.css'
import { usePaymentResults } from '../../components/use-payment-results.ts'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { texts } from './texts.ts'

export type PaymentRow = Item<'/api/admin/payments'>

/** What a person may do about a payment with an attempt: query Alipay, and close what is still open there. */
export function PaymentActions({ payment: { orderId, state } }: { payment: PaymentRow }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const path = { id: orderId }
  const resultsText = usePaymentResults()
  const said = ({ results }: SendAnswer<'/api/admin/payments/{id}/query'>) => resultsText(results) || t.nothing
  return (
    <div className={classes.actions}>
      {can('payment.query') && (
        <ActionDialog
          label={t.query}
          title={t.queryTitle}
          sentence={t.querySentence(orderId)}
          confirm={t.query}
          run={() => send('/api/admin/payments/{id}/query', { path })}
          done={said}
        />
      )}
      {can('payment.close') && (state === 'EXPECTED' || state === 'CLOSING') && (
        <ActionDialog
          label={t.close}
          title={t.closeTitle}
          sentence={t.closeSentence(orderId)}
          confirm={t.closeConfirm}
          reason="required"
          danger
          run={({ reason }) => send('/api/admin/payments/{id}/close', { path, body: { reason } })}
          done={said}
        />
      )}
    </div>
  )
}
