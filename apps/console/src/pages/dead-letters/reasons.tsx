import { Link } from 'wouter'
import { type Answer, useApi } from '../../api/use-api.ts'
import { deadLetterReason } from '../../api-words/dead-letter-reasons.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Count, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import classes from './dead-letters.module.css'
import { HandleAll } from './handle.tsx'
import { meaningOf, meanings, texts } from './texts.ts'

type Reason = Answer<'/api/admin/dead-letters/reasons'>['items'][number]

/** Waiting dead letters by reason: all of one reason are redriven or discarded with one action. */
export function Reasons({ every }: { every: number }) {
  const t = useTexts(texts)
  const meaning = useTexts(meanings)
  const { can } = useSession()
  const reasons = useApi('/api/admin/dead-letters/reasons', {}, { every })
  const columns: Column<Reason>[] = [
    {
      key: 'reason',
      header: t.reason,
      heads: true,
      cell: row => (
        <div className={classes.why}>
          <Link href={`/dead-letters?${searchOf(row)}`}>
            <ApiText text={row.reasonKey} chinese={deadLetterReason(row.reasonKey)} brief />
          </Link>
          <p className={classes.meaning}>
            {meaning[meaningOf({ reason: row.reasonKey, redrivable: row.redrivable > 0 })]}
          </p>
        </div>
      ),
    },
    { key: 'group', header: t.group, cell: row => row.group },
    { key: 'count', header: t.count, end: true, cell: row => <Count value={row.count} /> },
    { key: 'oldest', header: t.oldest, cell: row => <Time at={row.oldestAt} age /> },
    ...(can('dead-letter.handle')
      ? [{ key: 'actions', header: t.actions, cell: (row: Reason) => <HandleAll {...row} /> }]
      : []),
  ]
  return (
    <DataTable
      caption={t.reasons}
      columns={columns}
      rows={reasons.data?.items ?? []}
      rowKey={row => `${row.group} ${row.reasonKey}`}
      state={reasons}
      empty={t.noReasons}
    />
  )
}

const searchOf = ({ group, reasonKey }: Reason) => new URLSearchParams({ status: 'WAITING', group, reasonKey })
