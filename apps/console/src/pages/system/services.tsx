import type { Answer } from '../../api/use-api.ts'
import { checkOutcome, dependencyInChinese } from '../../api-words/check-sentences.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable, type TableState } from '../../components/data-table.tsx'
import { Missing } from '../../components/missing.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/values.tsx'
import { useLanguage, useTexts } from '../../i18n/texts.ts'
import { serviceWords, wordFor } from '../../i18n/words.ts'
import classes from './system.module.css'
import { texts } from './texts.ts'

export type Service = Answer<'/api/admin/health'>['services'][number]

/** Status, version and dependencies of each service. */
export function Services({ services, state }: { services: readonly Service[]; state: TableState }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = useTexts(serviceWords)
  const columns: Column<Service>[] = [
    {
      key: 'service',
      header: t.service,
      heads: true,
      cell: row => <div className={classes.name}>{wordFor(names, row.service)}</div>,
    },
    { key: 'status', header: t.status, cell: row => <Status kind="service" value={row.status} /> },
    { key: 'version', header: t.version, cell: row => row.info?.version },
    { key: 'node', header: t.node, cell: row => row.info?.node },
    { key: 'uptime', header: t.uptime, cell: row => row.info !== null && <Time at={row.info.startedAt} age /> },
    {
      key: 'dependencies',
      header: t.dependencies,
      cell: row => (
        <div className={classes.dependencies}>
          <Dependencies info={row.info} />
        </div>
      ),
    },
  ]
  return (
    <>
      <Missing services={services.filter(({ info }) => info === null).map(({ service }) => service)} />
      <DataTable
        caption={t.services}
        columns={columns}
        rows={services}
        rowKey={row => row.service}
        state={state}
        empty={t.noServices}
      />
    </>
  )
}

/** What does not answer, why, and whether the service works without it. */
function Dependencies({ info }: Pick<Service, 'info'>) {
  const t = useTexts(texts)
  const { language } = useLanguage()
  if (info === null) return t.noAnswer
  const failed = Object.entries(info.checks).filter(([, outcome]) => outcome !== 'ok')
  if (failed.length === 0) return t.allAnswer
  return (
    <ul className={classes.list}>
      {failed.map(([name, outcome]) => (
        <li key={name}>
          <strong>{language === 'zh' ? dependencyInChinese(name) : name}</strong> (
          {info.degraded.includes(name) ? t.worksWithout : t.required}):{' '}
          <ApiText text={outcome} chinese={checkOutcome(outcome)} />
        </li>
      ))}
    </ul>
  )
}
