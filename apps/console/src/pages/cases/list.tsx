import { useRef } from 'react'
import { Link } from 'wouter'
import type { Item } from '../../api/use-api.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { type FilterField, Filters } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { Status, useStatusOptions } from '../../components/status.tsx'
import type { FilterState } from '../../components/use-filters.ts'
import { Money, Time } from '../../components/values.tsx'
import { ViewLinks } from '../../components/view-links.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { type CaseFilter, caseHref, useCaseList } from './case-list.ts'
import { summaryInChinese } from './case-words.ts'
import classes from './cases.module.css'
import { Claim } from './claim.tsx'
import { KeyboardHelp, moveInList, useArrows, useKeys } from './keyboard.tsx'
import { texts } from './texts.ts'

/** The cases of a status, with their age and amount. j and k, or the arrows, move among them. */
export function CaseList() {
  const t = useTexts(texts)
  const { list, filters, status, query } = useCaseList()
  const table = useRef<HTMLDivElement>(null)
  const next = () => moveInList(table, 1)
  const previous = () => moveInList(table, -1)
  useKeys({ j: next, k: previous })
  useArrows(table)
  const views = [
    { value: 'OPEN', label: t.open },
    { value: 'APPROVED', label: t.approved },
    { value: 'RESOLVED', label: t.resolved },
    { value: 'ALL', label: t.all },
  ].map(({ value, label }) => ({
    href: caseHref('/cases', { ...filters.values, status: value }),
    label,
    current: value === status,
  }))
  return (
    <Page title={t.title}>
      <ViewLinks label={t.views} views={views} />
      <CaseFilters filters={filters} />
      <div ref={table}>
        <DataTable
          caption={t.title}
          columns={useColumns(filters.values)}
          rows={list.items}
          rowKey={row => row.caseId}
          state={list}
          empty={status === 'OPEN' && Object.keys(query).length === 1 ? t.noneOpen : t.empty}
          csv={caseHref('/api/admin/cases', query)}
        />
      </div>
      <KeyboardHelp
        keys={[
          ['j ↓', 'next'],
          ['k ↑', 'previous'],
          ['Enter', 'enter'],
        ]}
      />
    </Page>
  )
}

function CaseFilters({ filters }: { filters: FilterState<CaseFilter> }) {
  const t = useTexts(texts)
  const { session } = useSession()
  const { claimedBy } = filters.values
  const people = [{ value: session.id, label: t.me(session.name) }]
  if (claimedBy !== undefined && claimedBy !== session.id) people.push({ value: claimedBy, label: claimedBy })
  const fields: FilterField<CaseFilter>[] = [
    { name: 'kind', label: t.kind, kind: 'select', options: useStatusOptions('caseKind') },
    { name: 'claimedBy', label: t.claimedBy, kind: 'select', options: people },
    {
      name: 'order',
      label: t.sort,
      kind: 'select',
      any: t.newest,
      options: [{ value: 'oldest', label: t.oldest }],
    },
  ]
  const { status: _, ...values } = filters.values
  const clear = () => filters.set({ kind: '', claimedBy: '', order: '' })
  return <Filters fields={fields} filters={{ ...filters, values, clear }} />
}

function useColumns(values: FilterState<CaseFilter>['values']): Column<Item<'/api/admin/cases'>>[] {
  const t = useTexts(texts)
  const { can } = useSession()
  const columns: Column<Item<'/api/admin/cases'>>[] = [
    {
      key: 'case',
      header: t.case,
      heads: true,

      cell: ({ caseId }) => (
        <Link className={classes.id ?? ''} href={caseHref(`/cases/${encodeURIComponent(caseId)}`, values)}>
          …{caseId.slice(-12)}
        </Link>
      ),
    },
    { key: 'kind', header: t.kind, cell: row => <Status kind="caseKind" value={row.kind} /> },
    {
      key: 'amount',
      header: t.amount,
      end: true,
      cell: ({ amountFen }) => amountFen !== undefined && <Money fen={amountFen} />,
    },
    { key: 'age', header: t.age, cell: row => <Time at={row.openedAt} age /> },
    { key: 'status', header: t.status, cell: row => <Status kind="case" value={row.status} /> },
    { key: 'claimedBy', header: t.claimedBy, cell: row => row.claimedBy },
    {
      key: 'order',
      header: t.order,

      cell: ({ orderId }) =>
        orderId !== undefined && <EntityLink entity="order" id={orderId} label={`…${orderId.slice(-12)}`} />,
    },
    {
      key: 'summary',
      header: t.summary,
      cell: row => <ApiText text={row.summary} chinese={summaryInChinese(row)} brief />,
    },
  ]
  if (can('case.resolve')) columns.push({ key: 'actions', header: t.actions, cell: row => <Claim case={row} /> })
  return columns
}
