import { type Column, DataTable } from '../../components/data-table.tsx'
import { useTexts } from '../../i18n/texts.ts'
import classes from './dead-letters.module.css'
import { texts } from './texts.ts'

/** Characters of a value that are kept. */
const lengthMax = 4_000

/** The value of a record: JSON with a line per field, other text as it is. */
export function RecordValue({ value, isText }: { value: string | undefined; isText: boolean }) {
  const t = useTexts(texts)
  if (value === undefined) return <p className={classes.meaning}>{t.noValue}</p>
  const pretty = prettyJson(value)
  const notes = [
    pretty === undefined ? t.text : t.json,
    ...(value.length >= lengthMax ? [t.cut] : []),
    ...(isText ? [] : [t.bytes]),
  ]
  return (
    <>
      <p className={classes.meaning}>{notes.join(' ')}</p>
      <pre className={classes.value}>
        <code>{pretty ?? value}</code>
      </pre>
    </>
  )
}

/** JSON with indentation; undefined for other text. */
function prettyJson(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return undefined
  }
}

/** The headers of a record, by name. */
export function RecordHeaders({ headers }: { headers: Readonly<Record<string, string>> }) {
  const t = useTexts(texts)
  const rows = Object.entries(headers).sort(([one], [other]) => one.localeCompare(other))
  const columns: Column<[string, string]>[] = [
    { key: 'name', header: t.header, heads: true, cell: ([name]) => name },
    { key: 'value', header: t.value, cell: ([, value]) => <span className={classes.reason}>{value}</span> },
  ]
  return <DataTable caption={t.headers} columns={columns} rows={rows} rowKey={([name]) => name} empty={t.noHeaders} />
}

/** The parts of a record that are not plain text, in base64. Nothing where all are text. */
export function RecordBytes({ base64 }: { base64: Readonly<Record<string, string>> | undefined }) {
  const t = useTexts(texts)
  if (base64 === undefined) return null
  const named: Readonly<Record<string, string>> = { key: t.key, value: t.value }
  const columns: Column<[string, string]>[] = [
    {
      key: 'part',
      header: t.part,
      heads: true,
      cell: ([name]) => named[name] ?? name.replace(/^header /, `${t.header} `),
    },
    { key: 'bytes', header: 'base64', cell: ([, bytes]) => <code className={classes.bytes}>{bytes}</code> },
  ]
  return <DataTable caption={t.bytesOf} columns={columns} rows={Object.entries(base64)} rowKey={([name]) => name} />
}
