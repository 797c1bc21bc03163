import { ApiText } from '../../components/api-text.tsx'
import { Time } from '../../components/values.tsx'
import { defineTexts, useLanguage, useTexts } from '../../i18n/texts.ts'
import { serviceWords, wordFor } from '../../i18n/words.ts'
import { summaryInChinese } from '../cases/case-words.ts'
import { EvidenceTree } from '../cases/evidence-tree.tsx'
import { causeInChinese } from './cause-words.ts'
import classes from './order.module.css'
import type { OrderAnswer, TimelineEntry } from './order-data.ts'
import { wordsOfEntry } from './timeline-words.ts'

const texts = defineTexts({
  en: { time: 'Time', evidence: 'Evidence', label: 'Timeline, oldest first' },
  zh: { time: '时间', evidence: '凭据', label: '时间线（由早到晚）' },
})

type OneCase = NonNullable<OrderAnswer['cases']>[number]

const lanes = ['order-service', 'payment-service', 'inventory-service']
const laneClasses = [classes.lane2, classes.lane3, classes.lane4]

/** What each service recorded about the order, in a lane per service. */
export function Timeline({ entries, cases }: { entries: readonly TimelineEntry[]; cases: readonly OneCase[] }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = useTexts(serviceWords)
  return (
    <>
      <div className={classes.laneNames} aria-hidden="true">
        <span>{t.time}</span>
        {lanes.map(lane => (
          <span key={lane}>{wordFor(names, lane)}</span>
        ))}
      </div>
      <ol className={classes.lanes} aria-label={t.label}>
        {entries.map((entry, index) => (
          // Entries have no id; they are only ever added.
          // biome-ignore lint/suspicious/noArrayIndexKey: the reason above
          <Entry key={index} entry={entry} cases={cases} service={wordFor(names, entry.service)} />
        ))}
      </ol>
    </>
  )
}

function Entry({ entry, cases, service }: { entry: TimelineEntry; cases: readonly OneCase[]; service: string }) {
  const t = useTexts(texts)
  const { language } = useLanguage()
  const lane = laneClasses[Math.max(0, lanes.indexOf(entry.service))]
  return (
    <li className={classes.entry}>
      <Time at={entry.at} />
      <div className={lane}>
        <span className={classes.service}>{service}: </span>
        <span className={classes.what} title={entry.what}>
          {wordsOfEntry(entry.what, language)}
        </span>{' '}
        <span className={classes.cause}>
          <ApiText text={entry.cause} chinese={causeInChinese(entry.cause)} brief />
        </span>
        {entry.detail !== undefined && (
          <details>
            <summary>{t.evidence}</summary>
            <EvidenceTree evidence={language === 'zh' ? detailInChinese(entry, cases) : entry.detail} />
          </details>
        )}
      </div>
    </li>
  )
}

/** The detail of an entry, with the Chinese summary of the case that it is about. */
function detailInChinese({ detail }: TimelineEntry, cases: readonly OneCase[]): unknown {
  const { caseId, summary } = (detail ?? {}) as { caseId?: string; summary?: string }
  const about = summary === undefined ? undefined : cases.find(one => one.caseId === caseId)
  return about === undefined ? detail : { ...(detail as object), summary: summaryInChinese(about) ?? summary }
}
