import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiProblem } from '../../../api/problem.ts'
import { send } from '../../../api/send.ts'
import { ActionDialog } from '../../../components/action-dialog.tsx'
import { ProblemText } from '../../../components/problem-text.tsx'
import { formatFen } from '../../../format/format.ts'
import { useTexts } from '../../../i18n/texts.ts'
import type { OrderDetails, Payment, RefundList } from '../order-data.ts'
import { hasTooMany, initialChoice, type RefundRequest, requestOf } from './refund-choice.ts'
import { RefundFields, tradeNoOf } from './refund-fields.tsx'
import { refundTexts } from './refund-texts.ts'

interface Preview {
  readonly outTradeNo: string
  readonly amountFen: number
  readonly shippingFen: number
  readonly refundableAfterFen: number
  readonly needsApproval: boolean
}

/** While a person types, wait this long before the next preview, ms. */
const typingMs = 250

/** What the API says that this request would do. */
function usePreview(orderId: string, request: RefundRequest | undefined) {
  return useQuery<Preview, ApiProblem>({
    queryKey: ['refund-preview', orderId, request],
    enabled: request !== undefined,
    staleTime: 0,
    retry: false,
    queryFn: async () => {
      const body = { ...request, preview: true }
      return (await send('/api/admin/orders/{id}/refunds', { path: { id: orderId }, body })) as unknown as Preview
    },
  })
}

interface RefundActionProps {
  orderId: string
  order: OrderDetails | undefined
  payment: Payment | undefined
  refunds: RefundList
}

/** Refunds lines, everything or an amount, with a preview that says what will happen. */
export function RefundAction(props: RefundActionProps) {
  const { orderId, order, payment, refunds } = props
  const t = useTexts(refundTexts)
  const [open, setOpen] = useState(false)
  const [choice, setChoice] = useState(() => initialChoice(refunds))
  const request = requestOf(choice, refunds.lines)
  const [previewed] = useDebouncedValue(request, typingMs)
  const settled = JSON.stringify(previewed) === JSON.stringify(request)
  const preview = usePreview(orderId, open && settled ? request : undefined)
  const isReady = settled && preview.data !== undefined && !preview.isFetching && preview.error === null
  const sentence = () => {
    if (hasTooMany(choice, refunds.lines)) return t.tooMany
    if (request === undefined) return t.choose
    if (preview.error !== null) return <ProblemText problem={preview.error} />
    return isReady ? describe(t, preview.data, payment, choice.kind === 'lines' && choice.returnToStock) : t.counting
  }
  return (
    <ActionDialog
      label={t.refund}
      title={t.title}
      sentence={sentence()}
      confirm={isReady ? `${t.refund} ${formatFen(preview.data.amountFen)}` : t.refund}
      reason="required"
      danger
      disabled={refunds.trades.every(({ refundableFen }) => refundableFen === 0)}
      ready={isReady}
      onOpen={() => {
        setChoice(initialChoice(refunds))
        setOpen(true)
      }}
      onClose={() => setOpen(false)}
      run={({ reason, key }) =>
        send('/api/admin/orders/{id}/refunds', { path: { id: orderId }, key, body: { ...request, reason } })
      }
      done={refund => {
        const amount = formatFen(refund.amountFen)
        return 'status' in refund && refund.status === 'AWAITING_APPROVAL' ? t.awaiting(amount) : t.requested(amount)
      }}
    >
      <RefundFields
        order={order}
        payment={payment}
        refunds={refunds}
        choice={choice}
        change={change => setChoice({ ...choice, ...change })}
      />
    </ActionDialog>
  )
}

/** What will happen, in a sentence. */
function describe(t: typeof refundTexts.en, preview: Preview, payment: Payment | undefined, toStock: boolean): string {
  const { amountFen, shippingFen, outTradeNo, refundableAfterFen, needsApproval } = preview
  return [
    t.sentence(
      formatFen(amountFen),
      t.tradeName(outTradeNo, tradeNoOf(payment, outTradeNo)),
      formatFen(refundableAfterFen),
    ),
    shippingFen > 0 ? t.withShipping(formatFen(shippingFen)) : '',
    toStock ? t.toStock : '',
    needsApproval ? t.second : '',
  ].join('')
}
