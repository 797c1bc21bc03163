import { send } from '../../api/send.ts'
import { decisionWords, tradeInChinese } from '../../api-words/alipay-sentences.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { CopyableId, Time } from '../../components/values.tsx'
import { defineTexts, useLanguage, useTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'
import { useSession } from '../../session/session.tsx'
import type { Payment } from './order-data.ts'

const texts = defineTexts({
  en: {
    caption: 'Notifies of Alipay',
    id: 'Notify id',
    at: 'Received',
    status: 'Trade status',
    result: 'Result',
    attempt: 'Attempt',
    replay: 'Replay',
    title: 'Replay the notify',
    sentence: 'The stored notify is processed again, as if Alipay had sent it again. What it changed already stays.',
    done: 'The notify was replayed.',
    empty: 'Alipay has sent no notify yet.',
    action: 'Action',
  },
  zh: {
    caption: '支付宝通知',
    id: '通知编号',
    at: '接收时间',
    status: '交易状态',
    result: '处理结果',
    attempt: '付款尝试',
    replay: '重放',
    title: '重放通知',
    sentence: '将再次处理已保存的通知，如同支付宝重新发送；已生效的变更不会重复。',
    done: '通知已重放。',
    empty: '尚未收到支付宝通知。',
    action: '操作',
  },
})

type Notify = Payment['notifies'][number]

/** The notifies (webhooks) of Alipay about the order. */
export function Notifies({ notifies }: { notifies: readonly Notify[] }) {
  const t = useTexts(texts)
  const results: Readonly<Record<string, string>> = useTexts(decisionWords)
  const { language } = useLanguage()
  const tradeWord = (status: string) => (language === 'zh' ? tradeInChinese(status) : status)
  const { can } = useSession()
  const columns: Column<Notify>[] = [
    {
      key: 'id',
      header: t.id,
      heads: true,
      cell: ({ notifyId }) => (
        <span id={notifyId} tabIndex={-1}>
          <CopyableId id={notifyId} />
        </span>
      ),
    },
    { key: 'at', header: t.at, cell: notify => <Time at={notify.receivedAt} /> },
    { key: 'status', header: t.status, cell: notify => tradeWord(notify.tradeStatus) },
    { key: 'result', header: t.result, cell: notify => wordFor(results, notify.result) },
    { key: 'attempt', header: t.attempt, cell: notify => <CopyableId id={notify.outTradeNo} /> },
  ]
  const replay: Column<Notify> = {
    key: 'replay',
    header: t.action,
    cell: ({ notifyId }) => <Replay notifyId={notifyId} />,
  }
  return (
    <DataTable
      caption={t.caption}
      columns={can('notify.replay') ? [...columns, replay] : columns}
      rows={notifies}
      rowKey={notify => notify.notifyId}
      empty={t.empty}
    />
  )
}

function Replay({ notifyId }: { notifyId: string }) {
  const t = useTexts(texts)
  return (
    <ActionDialog
      label={t.replay}
      title={t.title}
      sentence={t.sentence}
      confirm={t.replay}
      run={() => send('/api/admin/notifies/{notifyId}/replay', { path: { notifyId } })}
      done={() => t.done}
    />
  )
}
