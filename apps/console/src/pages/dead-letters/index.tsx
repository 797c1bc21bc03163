import { useApi, useApiList } from '../../api/use-api.ts'
import { deadLetterReason } from '../../api-words/dead-letter-reasons.ts'
import { eventInChinese } from '../../api-words/event-words.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { type FilterField, Filters } from '../../components/filters.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Status, useStatusOptions } from '../../components/status.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { Time } from '../../components/values.tsx'
import { useLanguage, useTexts } from '../../i18n/texts.ts'
import { navigationTexts } from '../../layout/navigation.ts'
import type { PageProps } from '../page-props.ts'
import { ConsumerGroups } from './consumer-groups.tsx'
import classes from './dead-letters.module.css'
import { DeadLetterPage, type DeadLetterRow } from './detail.tsx'
import { Reasons } from './reasons.tsx'
import { texts } from './texts.ts'

const path = '/api/admin/dead-letters'
const filterNames = ['status', 'group', 'reasonKey'] as const
const refreshMs = 5_000

export default function DeadLettersPage({ params: { id } }: PageProps) {
  return id === undefined ? <DeadLetters /> : <DeadLetterPage key={id} id={id} />
}

function DeadLetters() {
  const names = useTexts(navigationTexts)
  const t = useTexts(texts)
  const groups = useApi('/api/admin/consumers', {}, { every: refreshMs })
  return (
    <Page title={names.deadLetters}>
      <Section title={t.reasons}>
        <Reasons every={refreshMs} />
      </Section>
      <Section title={t.groups}>
        <ConsumerGroups groups={groups} />
      </Section>
      <Section title={t.list}>
        <List />
      </Section>
    </Page>
  )
}

/** Dead letters, with filters in the address. */
function List() {
  const t = useTexts(texts)
  const { language } = useLanguage()
  const filters = useFilters(filterNames)
  const statuses = useStatusOptions('deadLetter')
  const groups = useApi('/api/admin/consumers')
  const { status, group, reasonKey } = filters.values
  const query = { status: status as DeadLetterRow['status'] | undefined, group, reasonKey }
  const known = useApiList(path, { query })
  const inProgress = known.items.some(row => row.status === 'REDRIVING' || row.status === 'DISCARDING')
  const list = useApiList(path, { query }, { every: inProgress ? refreshMs : undefined })
  const groupNames = new Set([
    ...(groups.data?.items ?? []).map(item => item.group),
    ...(group === undefined ? [] : [group]),
  ])
  const fields: FilterField<(typeof filterNames)[number]>[] = [
    { name: 'status', label: t.status, kind: 'select', options: statuses },
    { name: 'group', label: t.group, kind: 'select', options: [...groupNames].map(value => ({ value, label: value })) },
    { name: 'reasonKey', label: t.reasonKey, kind: 'text' },
  ]
  const columns: Column<DeadLetterRow>[] = [
    {
      key: 'id',
      header: t.id,
      heads: true,
      cell: row => <EntityLink entity="dead-letter" id={row.deadLetterId} label={shortId(row)} />,
    },
    { key: 'status', header: t.status, cell: row => <Status kind="deadLetter" value={row.status} /> },
    {
      key: 'reason',
      header: t.reason,
      cell: row => (
        <div className={classes.why}>
          <ApiText text={row.reason} chinese={deadLetterReason(row.reason)} brief />
          {row.type !== undefined && (
            <div className={classes.muted}>{language === 'zh' ? eventInChinese(row.type) : row.type}</div>
          )}
        </div>
      ),
    },
    {
      key: 'order',
      header: t.order,
      cell: row =>
        row.orderId !== undefined && (
          <div className={classes.order}>
            <EntityLink entity="order" id={row.orderId} />
          </div>
        ),
    },
    { key: 'at', header: t.at, cell: row => <Time at={row.deadLetteredAt} age /> },
  ]
  return (
    <>
      <Filters fields={fields} filters={filters} />
      <DataTable
        caption={t.list}
        columns={columns}
        rows={list.items}
        rowKey={row => row.deadLetterId}
        state={list}
        empty={t.empty}
        csv={`${path}?${new URLSearchParams(filters.values)}`}
      />
    </>
  )
}

/** The id without its prefix: the group, and the place in its dead-letter topic. */
const shortId = ({ deadLetterId, group }: DeadLetterRow) =>
  `${group} ${deadLetterId.slice(`dlq_${group}_`.length).replace('_', '/')}`
