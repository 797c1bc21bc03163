import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { send } from '../../../api/send.ts'
import { ActionDialog } from '../../../components/action-dialog.tsx'
import { defineTexts, useTexts } from '../../../i18n/texts.ts'

const texts = defineTexts({
  en: {
    cancel: 'Cancel order',
    cancelSentence:
      'The order ends without payment: the payment links are closed at Alipay, and then its stock goes back on sale. A payment that arrives before that keeps the order.',
    cancelled: 'The order is being cancelled.',
    note: 'Add note',
    noteTitle: 'Note for the staff',
    noteLabel: 'Note',
    noteHint: 'No personal data: it stays in the timeline.',
    noteSentence: 'The note is added to the timeline of this order. The shopper does not see it.',
    noted: 'The note is stored.',
  },
  zh: {
    cancel: '取消订单',
    cancelSentence:
      '订单将在未付款状态下结束：先在支付宝关闭付款链接，然后库存恢复销售。若在此之前付款到账，订单保留。',
    cancelled: '订单正在取消。',
    note: '添加备注',
    noteTitle: '内部备注',
    noteLabel: '备注',
    noteHint: '请勿填写个人信息：备注会保留在时间线中。',
    noteSentence: '备注将加入此订单的时间线，顾客不可见。',
    noted: '备注已保存。',
  },
})

export function CancelAction({ orderId }: { orderId: string }) {
  const t = useTexts(texts)
  return (
    <ActionDialog
      label={t.cancel}
      title={t.cancel}
      sentence={t.cancelSentence}
      confirm={t.cancel}
      reason="required"
      danger
      run={({ reason }) => send('/api/admin/orders/{id}/cancel', { path: { id: orderId }, body: { reason } })}
      done={() => t.cancelled}
    />
  )
}

export function NoteAction({ orderId }: { orderId: string }) {
  const t = useTexts(texts)
  const [note, setNote] = useState('')
  return (
    <ActionDialog
      label={t.note}
      title={t.noteTitle}
      sentence={t.noteSentence}
      confirm={t.note}
      ready={note.trim() !== ''}
      onOpen={() => setNote('')}
      run={({ key }) =>
        send('/api/admin/orders/{id}/notes', { path: { id: orderId }, key, body: { note: note.trim() } })
      }
      done={() => t.noted}
    >
      <Textarea
        label={t.noteLabel}
        description={t.noteHint}
        required
        rows={3}
        maxLength={1000}
        value={note}
        onChange={event => setNote(event.currentTarget.value)}
      />
    </ActionDialog>
  )
}
