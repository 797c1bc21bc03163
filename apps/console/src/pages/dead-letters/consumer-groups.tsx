import { Link } from 'wouter'
import type { Answer, useApi } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Count } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { texts } from './texts.ts'

type Group = Answer<'/api/admin/consumers'>['items'][number]

/** How far each consumer group is behind, and how many dead letters of it wait. */
export function ConsumerGroups({ groups }: { groups: ReturnType<typeof useApi<'/api/admin/consumers'>> }) {
  const t = useTexts(texts)
  const columns: Column<Group>[] = [
    { key: 'group', header: t.group, heads: true, cell: row => row.group },
    {
      key: 'lag',
      header: t.lag,
      end: true,
      cell: row => (row.lag === null ? t.lagUnknown : <Count value={row.lag} />),
    },
    { key: 'topics', header: t.perTopic, cell: row => (row.lag === null ? '' : <Topics topics={row.topics} />) },
    {
      key: 'waiting',
      header: t.waiting,
      end: true,
      cell: row =>
        row.deadLetters === 0 ? (
          <Count value={0} />
        ) : (
          <Link href={`/dead-letters?${new URLSearchParams({ status: 'WAITING', group: row.group })}`}>
            <Count value={row.deadLetters} />
          </Link>
        ),
    },
  ]
  return (
    <DataTable
      caption={t.groups}
      columns={columns}
      rows={groups.data?.items ?? []}
      rowKey={row => row.group}
      state={groups}
      empty={t.noGroups}
    />
  )
}

/** The topics in which the group is behind. */
function Topics({ topics }: { topics: Group['topics'] }) {
  const t = useTexts(texts)
  const behind = topics.filter(({ lag }) => lag > 0)
  if (behind.length === 0) return t.noLag
  return behind.map(({ topic, lag }) => <div key={topic}>{t.behind(topic, String(lag))}</div>)
}
