import { Button } from '@mantine/core'
import { type SendAnswer, send } from '../../../api/send.ts'
import { ActionDialog } from '../../../components/action-dialog.tsx'
import { useProblemText } from '../../../components/problem-text.tsx'
import { useToast } from '../../../components/toasts.tsx'
import { useAction } from '../../../components/use-action.ts'
import { usePaymentResults } from '../../../components/use-payment-results.ts'
import { defineTexts, useTexts } from '../../../i18n/texts.ts'
import { statusWords, wordFor } from '../../../i18n/words.ts'

const texts = defineTexts({
  en: {
    query: 'Query Alipay',
    queried: (results: string, state: string) => `${results.replace(/\.$/, '')}. Payment: ${state}.`,
    close: 'Close payment',
    closeTitle: 'Close the open payment links',
    closeSentence:
      'Alipay takes no more money by the links that are open now. The order stays: when the shopper opens it again, it gets a new link.',
    failed: (why: string) => `Alipay could not be queried: ${why}`,
  },
  zh: {
    query: '查询支付宝',
    queried: (results: string, state: string) => `${results.replace(/。$/, '')}。支付状态：${state}。`,
    close: '关闭付款',
    closeTitle: '关闭已打开的付款链接',
    closeSentence: '支付宝不再接受当前已打开链接的付款。订单保留；顾客再次打开订单时会获得新链接。',
    failed: (why: string) => `查询支付宝失败：${why}`,
  },
})

type PaymentResult = SendAnswer<'/api/admin/payments/{id}/query'>

function useResultText() {
  const t = useTexts(texts)
  const words: Readonly<Record<string, string>> = useTexts(statusWords.payment)
  const resultsText = usePaymentResults()
  return ({ results, state }: PaymentResult) => {
    const all = resultsText(results)
    return t.queried(all === '' ? '—' : all, wordFor(words, state))
  }
}

/** Queries Alipay at once: it changes nothing that Alipay does not say. */
export function QueryAction({ orderId }: { orderId: string }) {
  const t = useTexts(texts)
  const toast = useToast()
  const problemText = useProblemText()
  const action = useAction({
    run: () => send('/api/admin/payments/{id}/query', { path: { id: orderId } }),
    done: useResultText(),
    onProblem: problem => toast(t.failed(problemText(problem))),
  })
  return (
    <Button size="xs" variant="default" loading={action.pending} onClick={() => action.run(undefined)}>
      {t.query}
    </Button>
  )
}

/** Closes the attempts that are open at Alipay. */
export function ClosePaymentAction({ orderId }: { orderId: string }) {
  const t = useTexts(texts)
  return (
    <ActionDialog
      label={t.close}
      title={t.closeTitle}
      sentence={t.closeSentence}
      confirm={t.close}
      reason="required"
      run={({ reason }) => send('/api/admin/payments/{id}/close', { path: { id: orderId }, body: { reason } })}
      done={useResultText()}
    />
  )
}
