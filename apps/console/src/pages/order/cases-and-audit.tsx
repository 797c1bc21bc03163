import { type Answer, useApi } from '../../api/use-api.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/values.tsx'
import { defineTexts, useLanguage, useTexts } from '../../i18n/texts.ts'
import { roleName, statusWords, wordFor } from '../../i18n/words.ts'
import { actionWords } from '../audit-log/texts.ts'
import { summaryInChinese } from '../cases/case-words.ts'
import type { OrderAnswer } from './order-data.ts'

const texts = defineTexts({
  en: {
    cases: 'Cases',
    case: 'Case',
    status: 'Status',
    opened: 'Opened',
    summary: 'Summary',
    noCases: 'No case is about this order.',
    audit: 'Audit log of this order',
    at: 'Time',
    who: 'Who',
    action: 'Action',
    reason: 'Reason',
    noAudit: 'No person has changed this order.',
  },
  zh: {
    cases: '差错',
    case: '差错',
    status: '状态',
    opened: '发现时间',
    summary: '摘要',
    noCases: '此订单没有差错。',
    audit: '此订单的审计日志',
    at: '时间',
    who: '操作人',
    action: '操作',
    reason: '原因',
    noAudit: '没有人工变更。',
  },
})

type OneCase = NonNullable<OrderAnswer['cases']>[number]
type AuditEntry = Answer<'/api/admin/audit-log'>['items'][number]

/** The cases about the order. */
export function Cases({ cases }: { cases: readonly OneCase[] }) {
  const t = useTexts(texts)
  const kinds: Readonly<Record<string, string>> = useTexts(statusWords.caseKind)
  const columns: Column<OneCase>[] = [
    {
      key: 'case',
      header: t.case,
      heads: true,
      cell: one => <EntityLink entity="case" id={one.caseId} label={wordFor(kinds, one.kind)} />,
    },
    { key: 'status', header: t.status, cell: one => <Status kind="case" value={one.status} /> },
    { key: 'opened', header: t.opened, cell: one => <Time at={one.openedAt} /> },
    {
      key: 'summary',
      header: t.summary,
      cell: one => <ApiText text={one.summary} chinese={summaryInChinese(one)} brief />,
    },
  ]
  return <DataTable caption={t.cases} columns={columns} rows={cases} rowKey={one => one.caseId} empty={t.noCases} />
}

/** What people changed about the order. */
export function AuditLog({ orderId }: { orderId: string }) {
  const t = useTexts(texts)
  const actions: Readonly<Record<string, string>> = useTexts(actionWords)
  const { language } = useLanguage()
  const log = useApi('/api/admin/audit-log', { query: { object: orderId } })
  const columns: Column<AuditEntry>[] = [
    { key: 'at', header: t.at, cell: entry => <Time at={entry.at} /> },
    {
      key: 'who',
      header: t.who,
      cell: entry => `${entry.actor}${entry.role === undefined ? '' : ` (${roleName(entry.role, language)})`}`,
    },
    { key: 'action', header: t.action, heads: true, cell: entry => wordFor(actions, entry.action) },
    { key: 'reason', header: t.reason, cell: entry => entry.reason },
  ]
  return (
    <DataTable
      caption={t.audit}
      columns={columns}
      rows={log.data?.items ?? []}
      rowKey={entry => entry.auditId}
      state={log}
      empty={t.noAudit}
    />
  )
}
