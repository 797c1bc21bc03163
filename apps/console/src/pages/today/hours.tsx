import { Link } from 'wouter'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Count, useLocale } from '../../components/values.tsx'
import { beijingHour } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { texts } from './texts.ts'
import classes from './today.module.css'
import type { TodayAnswer } from './today-data.ts'

type Hour = NonNullable<TodayAnswer['orders']>['hours'][number]

const hourMs = 3_600_000
const barsHeight = 100

const listOf = ({ from }: Hour, more: { paid?: 'true' } = {}) => {
  const to = new Date(Date.parse(from) + hourMs - 1).toISOString()
  return `/orders?${new URLSearchParams({ ...more, from, to })}`
}

/** Orders placed in each hour, and those of them that are paid: bars, and the same as a table. */
export function Hours({ hours }: { hours: readonly Hour[] }) {
  const t = useTexts(texts)
  const sum = (key: 'placed' | 'paid') => hours.reduce((total, hour) => total + hour[key], 0)
  return (
    <>
      <p className={classes.key} aria-hidden="true">
        <span>
          <Swatch className={classes.placed} />
          {t.placed}
        </span>
        <span>
          <Swatch className={classes.paid} />
          {t.paid}
        </span>
      </p>
      <Bars hours={hours} label={t.chart(sum('placed'), sum('paid'))} />
      <Scale hours={hours} />
      <details>
        <summary>{t.asTable}</summary>
        {/* A box that scrolls has to be reachable by the keyboard; its links are. */}
        <div className={classes.hours}>
          <HoursTable hours={hours} />
        </div>
      </details>
    </>
  )
}

const Swatch = ({ className }: { className: string | undefined }) => (
  <svg className={classes.swatch} viewBox="0 0 1 1" aria-hidden="true">
    <rect width="1" height="1" className={className} />
  </svg>
)

/** The hours of the first, the middle and the last bar, and how many orders the highest bar has. */
function Scale({ hours }: { hours: readonly Hour[] }) {
  const t = useTexts(texts)
  const locale = useLocale()
  const marks = [...new Set([0, Math.floor(hours.length / 2), hours.length - 1])]
  const most = Math.max(0, ...hours.map(({ placed }) => placed))
  return (
    <>
      <div className={classes.scale} aria-hidden="true">
        {marks.map(index => {
          const hour = hours[index]
          return hour === undefined ? null : <span key={hour.from}>{beijingHour(Date.parse(hour.from))}</span>
        })}
      </div>
      <p className={classes.most}>{t.most(new Intl.NumberFormat(locale).format(most))}</p>
    </>
  )
}

function Bars({ hours, label }: { hours: readonly Hour[]; label: string }) {
  const most = Math.max(1, ...hours.map(({ placed }) => placed))
  const heightOf = (value: number) => (value / most) * barsHeight
  return (
    <svg
      className={classes.chart}
      viewBox={`0 0 ${Math.max(1, hours.length) * 10} ${barsHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {hours.map(({ from, placed, paid }, index) => (
        <g key={from}>
          <Bar className={classes.placed} x={index * 10 + 1} width={8} height={heightOf(placed)} />
          <Bar className={classes.paid} x={index * 10 + 2.5} width={5} height={heightOf(paid)} />
        </g>
      ))}
      <line className={classes.axis} x1={0} x2={hours.length * 10} y1={barsHeight} y2={barsHeight} />
    </svg>
  )
}

const Bar = (props: { className: string | undefined; x: number; width: number; height: number }) => (
  <rect {...props} y={barsHeight - props.height} />
)

function HoursTable({ hours }: { hours: readonly Hour[] }) {
  const t = useTexts(texts)
  const locale = useLocale()
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Shanghai',
  })
  const columns: Column<Hour>[] = [
    { key: 'hour', header: t.hour, heads: true, cell: hour => format.format(new Date(hour.from)) },
    {
      key: 'placed',
      header: t.placed,
      end: true,
      cell: hour => (
        <Link href={listOf(hour)}>
          <Count value={hour.placed} />
        </Link>
      ),
    },
    {
      key: 'paid',
      header: t.paid,
      end: true,
      cell: hour => (
        <Link href={listOf(hour, { paid: 'true' })}>
          <Count value={hour.paid} />
        </Link>
      ),
    },
    {
      key: 'rate',
      header: t.rate,
      end: true,
      cell: ({ placed, paid }) => (placed === 0 ? '—' : `${Math.round((paid / placed) * 100)} %`),
    },
  ]
  return <DataTable caption={t.hours} columns={columns} rows={hours.toReversed()} rowKey={hour => hour.from} />
}
