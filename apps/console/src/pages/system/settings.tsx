import { type Column, DataTable } from '../../components/data-table.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { serviceWords, wordFor } from '../../i18n/words.ts'
import type { Service } from './services.tsx'
import classes from './system.module.css'
import { texts } from './texts.ts'

/** What each service is set to, folded. The services leave secrets out. */
export function Settings({ services }: { services: readonly Service[] }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = useTexts(serviceWords)
  const columns: Column<[string, string]>[] = [
    { key: 'name', header: t.setting, heads: true, cell: ([name]) => <code className={classes.wrap}>{name}</code> },
    { key: 'value', header: t.value, cell: ([, value]) => <span className={classes.wrap}>{value}</span> },
  ]
  return (
    <>
      <p className={classes.hint}>{t.settingsHint}</p>
      {services.map(({ service, info }) => {
        if (info === null) return null
        const rows = Object.entries(info.settings).sort(([one], [other]) => one.localeCompare(other))
        const name = t.settingsOf(wordFor(names, service), rows.length)
        return (
          <details key={service} className={classes.details}>
            <summary>{name}</summary>
            <DataTable caption={name} columns={columns} rows={rows} rowKey={([key]) => key} empty={t.noSettings} />
          </details>
        )
      })}
    </>
  )
}
