import { Link } from 'wouter'
import { type Item, useApiList } from '../../api/use-api.ts'
import { Changes } from '../../components/changes.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { type Entity, EntityLink } from '../../components/entity-link.tsx'
import { type FilterField, Filters } from '../../components/filters.tsx'
import { Missing } from '../../components/missing.tsx'
import { Page } from '../../components/page.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { CopyableId, Time } from '../../components/values.tsx'
import { useLanguage, useTexts } from '../../i18n/texts.ts'
import { roleName } from '../../i18n/words.ts'
import { navigationTexts } from '../../layout/navigation.ts'
import classes from './audit-log.module.css'
import { actionWords, texts, wordOfAction } from './texts.ts'

const path = '/api/admin/audit-log'
const filterNames = ['actor', 'action', 'object', 'from', 'to'] as const
type Entry = Item<typeof path>

/** Who changed what, with filters in the address. */
export default function AuditLogPage() {
  const names = useTexts(navigationTexts)
  const t = useTexts(texts)
  const actions: Readonly<Record<string, string>> = useTexts(actionWords)
  const filters = useFilters(filterNames)
  const list = useApiList(path, { query: filters.values })
  const fields: FilterField<(typeof filterNames)[number]>[] = [
    { name: 'actor', label: t.actor, kind: 'text' },
    {
      name: 'action',
      label: t.action,
      kind: 'select',
      options: Object.entries(actions).map(([value, label]) => ({ value, label: `${label} (${value})` })),
    },
    { name: 'object', label: t.object, kind: 'text' },
    { name: 'from', label: t.from, kind: 'day' },
    { name: 'to', label: t.to, kind: 'day' },
  ]
  const missing = [...new Set(list.data?.pages.flatMap(page => page.missing ?? []))]
  return (
    <Page title={names.auditLog}>
      <Filters fields={fields} filters={filters} />
      <Missing services={missing} />
      <DataTable
        caption={names.auditLog}
        columns={useColumns()}
        rows={list.items}
        rowKey={row => row.auditId}
        state={list}
        empty={t.empty}
        csv={`${path}?${new URLSearchParams(filters.values)}`}
      />
    </Page>
  )
}

function useColumns(): Column<Entry>[] {
  const t = useTexts(texts)
  const { language } = useLanguage()
  return [
    { key: 'at', header: t.at, cell: row => <Time at={row.at} /> },
    {
      key: 'actor',
      header: t.actor,
      cell: row => (
        <div>
          <Link href={`/audit-log?${new URLSearchParams({ actor: row.actor })}`}>{row.actor}</Link>
          {row.role !== undefined && <div className={classes.muted}>{t.role(roleName(row.role, language))}</div>}
        </div>
      ),
    },
    {
      key: 'what',
      header: t.changed,
      heads: true,
      cell: row => (
        <div className={classes.what}>
          <div>{wordOfAction(row, language)}</div>
          <ObjectLink entry={row} />
        </div>
      ),
    },
    { key: 'change', header: t.change, cell: changesCell },
    {
      key: 'reason',
      header: t.reason,
      cell: row => row.reason !== undefined && <span className={classes.break}>{row.reason}</span>,
    },
    { key: 'request', header: t.request, cell: row => <RequestOf entry={row} /> },
  ]
}

const entities: Readonly<Record<string, Entity>> = {
  order: 'order',
  recipient: 'order',
  shipment: 'shipment',
  customer: 'customer',
  payment: 'payment',
  notify: 'notify',
  refund: 'refund',
  case: 'case',
  reconciliation: 'day',
  'dead-letter': 'dead-letter',
  product: 'product',
  stock: 'product',
}

/** What was changed, and the order that it belongs to. */
function ObjectLink({ entry: { action, object, orderId } }: { entry: Entry }) {
  const t = useTexts(texts)
  const entity = entities[action.split('.')[0] ?? '']
  // A payment is that of an order, by the order's id.
  const isOrder = object === orderId
  return (
    <div className={classes.object}>
      {entity === undefined ? <CopyableId id={object} /> : <EntityLink {...{ entity, orderId }} id={object} />}
      {orderId !== undefined && !isOrder && (
        <div>
          {t.order}: <EntityLink entity="order" id={orderId} />
        </div>
      )}
    </div>
  )
}

/** Nothing for an entry that only says that something was done or seen. */
function changesCell({ before, after }: Entry) {
  const nothing = (before ?? undefined) === undefined && (after ?? undefined) === undefined
  return nothing ? null : <Changes before={before ?? undefined} after={after ?? undefined} />
}

/** The ids with which a request is found in the logs and traces. */
function RequestOf({ entry: { requestId, traceId } }: { entry: Entry }) {
  const t = useTexts(texts)
  return (
    <div className={classes.ids}>
      {requestId !== undefined && (
        <div>
          {t.requestId}: <CopyableId id={requestId} />
        </div>
      )}
      {traceId !== undefined && (
        <div>
          {t.traceId}: <CopyableId id={traceId} />
        </div>
      )}
    </div>
  )
}
