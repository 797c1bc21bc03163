import { type Column, DataTable } from '../../components/data-table.tsx'
import { Badge } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { serviceWords, wordFor } from '../../i18n/words.ts'
import type { Service } from './services.tsx'
import classes from './system.module.css'
import { texts } from './texts.ts'

/** Certificates with fewer days left are to be replaced. */
const warnBelowDays = 30

interface Key {
  service: string
  name: string
  fingerprint: string
  daysLeft: number | null
}

/** The keys and certificates that are used, the one that ends first on top. */
export function Keys({ services }: { services: readonly Service[] }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = useTexts(serviceWords)
  const left = ({ daysLeft }: Key) => daysLeft ?? Number.POSITIVE_INFINITY
  const keys: Key[] = services
    .flatMap(({ service, info }) => (info?.keys ?? []).map(key => ({ service, ...key })))
    .sort((one, other) => (left(one) === left(other) ? 0 : left(one) - left(other)))
  const words: Readonly<Record<string, string>> = t.keyNames
  // The name may have the setting after it, in brackets.
  const nameOf = ({ name }: Key) => name.replace(/^[^(]*[^( ]/, word => words[word] ?? word)
  const columns: Column<Key>[] = [
    { key: 'name', header: t.key, heads: true, cell: row => <span className={classes.wrap}>{nameOf(row)}</span> },
    { key: 'service', header: t.of, cell: row => wordFor(names, row.service) },
    { key: 'days', header: t.daysLeft, cell: row => <DaysLeft days={row.daysLeft} /> },
    {
      key: 'fingerprint',
      header: t.fingerprint,
      cell: row => <span className={classes.fingerprint}>{row.fingerprint}</span>,
    },
  ]
  return (
    <DataTable
      caption={t.keys}
      columns={columns}
      rows={keys}
      rowKey={row => `${row.service} ${row.name} ${row.fingerprint}`}
      empty={t.noKeys}
    />
  )
}

function DaysLeft({ days }: { days: number | null }) {
  const t = useTexts(texts)
  if (days === null) return t.noEnd
  if (days < 0) return <Badge colour="red">{t.expired(-days)}</Badge>
  return days < warnBelowDays ? <Badge colour="amber">{t.ending(days)}</Badge> : t.days(days)
}
