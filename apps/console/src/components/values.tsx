import { type ReactNode, useEffect, useState } from 'react'
import { beijingTime, formatAge, formatFen } from '../format/format.ts'
import { defineTexts, useLanguage, useTexts } from '../i18n/texts.ts'
import classes from './values.module.css'

const texts = defineTexts({
  en: { copy: (text: string) => `Copy ${text}`, copied: 'Copied' },
  zh: { copy: (text: string) => `复制 ${text}`, copied: '已复制' },
})

/** An amount in fen, shown in yuan. */
export const Money = ({ fen }: { fen: number }) => <span className={classes.number}>{formatFen(fen)}</span>

const locales = { zh: 'zh-CN', en: 'en-GB' } as const

/** The locale for dates and numbers. English dates are written day first, with 24 hours. */
export const useLocale = (): string => locales[useLanguage().language]

/** A number with its thousands separated. */
export function Count({ value }: { value: number }) {
  return <span className={classes.number}>{new Intl.NumberFormat(useLocale()).format(value)}</span>
}

/** A time in Beijing, as days and filters are; the one in UTC is its title. `age` shows how long ago it was instead. */
export function Time({ at, age = false }: { at: string; age?: boolean }) {
  const locale = useLocale()
  const now = useNow(age)
  const time = new Date(at)
  const { day, clock } = beijingTime(time.getTime(), locale)
  return (
    <time dateTime={at} title={age ? `${day} ${clock} (${at})` : at}>
      {age ? (
        <span className={classes.number}>{formatAge(time.getTime(), now, locale)}</span>
      ) : (
        // Where there is little room, the line breaks between the two.
        <>
          <span className={classes.number}>{day}</span> <span className={classes.number}>{clock}</span>
        </>
      )}
    </time>
  )
}

/** The time, again every 10 seconds. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), 10_000)
    return () => clearInterval(timer)
  }, [running])
  return now
}

export type Colour = 'gray' | 'blue' | 'green' | 'amber' | 'red'

/** A short text on a colour. The text says it all: the colour only helps to find it. */
export const Badge = ({ colour, children }: { colour: Colour; children: ReactNode }) => (
  <span className={`${classes.badge} ${classes[colour]}`}>{children}</span>
)

/** An id with a button that copies it. `children` are shown instead of the id, such as a link. */
export function CopyableId({ id, children }: { id: string; children?: ReactNode }) {
  const t = useTexts(texts)
  const [copied, setCopied] = useState(false)
  return (
    <span className={classes.id}>
      {children ?? id}
      <button
        type="button"
        className={classes.copy}
        aria-label={copied ? t.copied : t.copy(id)}
        title={copied ? t.copied : t.copy(id)}
        onClick={() => void navigator.clipboard.writeText(id).then(() => setCopied(true))}
        onBlur={() => setCopied(false)}
      >
        {copied ? '✓' : <CopyIcon />}
      </button>
    </span>
  )
}

const CopyIcon = () => (
  <svg
    width="13"
    height="13"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    aria-hidden="true"
  >
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 2.5h-6a2 2 0 0 0-2 2v6" />
  </svg>
)

/** Names with values. Entries without a value are left out. */
export function KeyValues({ entries }: { entries: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.list}>
      {entries
        .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
        .map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and entries keep their places
          <Entry key={index} name={name} value={value} />
        ))}
    </dl>
  )
}

const Entry = ({ name, value }: { name: string; value: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
)
