import type { ReactNode } from 'react'
import { ApiText } from '../../components/api-text.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { KeyValues, Money, Time } from '../../components/values.tsx'
import { useLanguage, useTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'
import classes from './cases.module.css'
import { isObject, parseText, timeOf } from './evidence.ts'
import { evidenceTexts } from './evidence-texts.ts'
import { evidenceInChinese, isEnglish } from './evidence-words.ts'

/** Any evidence as names with values: texts that hold a form or JSON are opened, amounts and times are written for people. */
export function EvidenceTree({ evidence }: { evidence: unknown }) {
  const t = useTexts(evidenceTexts)
  if (evidence === null || evidence === undefined) return <p>{t.none}</p>
  return (
    <div className={classes.tree}>
      <EvidenceValue name="" value={evidence} />
    </div>
  )
}

function EvidenceValue({ name, value: stored }: { name: string; value: unknown }): ReactNode {
  const t = useTexts(evidenceTexts)
  const { language } = useLanguage()
  const value = parseText(stored)
  if (Array.isArray(value))
    return (
      <ol className={classes.items}>
        {value.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items never change
          <li key={index}>
            <EvidenceValue name={name} value={item} />
          </li>
        ))}
      </ol>
    )
  if (isObject(value))
    return (
      <div className={name === '' ? undefined : classes.nested}>
        <KeyValues
          entries={Object.entries(value).map(([key, item]) => [
            wordFor(t.keys, key),
            item === null || item === '' ? '—' : <EvidenceValue key={key} name={key} value={item} />,
          ])}
        />
      </div>
    )
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (typeof value === 'number' && name.endsWith('Fen')) return <Money fen={value} />
  if (name === 'date' && typeof value === 'string') return <EntityLink entity="day" id={value} />
  if (name === 'orderId' && typeof value === 'string') return <EntityLink entity="order" id={value} />
  const time = timeOf(value)
  if (time !== undefined) return <Time at={time} />
  const text = String(value)
  const chinese = evidenceInChinese(name, text)
  return language === 'zh' && (chinese !== undefined || isEnglish(name)) ? (
    <ApiText text={text} chinese={chinese} brief />
  ) : (
    text
  )
}
