import { formatFen } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import type { ReportRow } from './report-sum.ts'
import classes from './reports.module.css'
import { texts } from './texts.ts'

const height = 120
/** Width of a period, with its two bars and a gap. */
const step = 20

/** Paid and refunded of each period as bars. Its description has the sums; the table below has every number. */
export function Chart({
  rows,
  paidFen,
  refundedFen,
}: {
  rows: readonly ReportRow[]
  paidFen: number
  refundedFen: number
}) {
  const t = useTexts(texts)
  const best = rows.reduce<ReportRow | undefined>(
    (most, row) => (row.paidFen > (most?.paidFen ?? 0) ? row : most),
    undefined,
  )
  if (best === undefined) return null
  const most = Math.max(...rows.map(row => Math.max(row.paidFen, row.refundedFen)))
  const text = t.chartText(
    rows.length,
    formatFen(paidFen),
    formatFen(refundedFen),
    best.period,
    formatFen(best.paidFen),
  )
  const bar = (fen: number) => {
    const length = (Math.max(fen, 0) / most) * height
    return { y: height - length, height: length }
  }
  return (
    <figure className={classes.figure}>
      <svg
        role="img"
        aria-label={text}
        className={classes.chart}
        viewBox={`0 0 ${rows.length * step} ${height}`}
        preserveAspectRatio="none"
      >
        {rows.map((row, index) => (
          <g key={row.period}>
            <title>{`${row.period}: ${formatFen(row.paidFen)} / −${formatFen(row.refundedFen)}`}</title>
            <rect className={classes.paid} x={index * step + 2} width={9} {...bar(row.paidFen)} />
            <rect className={classes.refunded} x={index * step + 12} width={5} {...bar(row.refundedFen)} />
          </g>
        ))}
      </svg>
      <figcaption className={classes.legend}>
        <span>
          {rows[0]?.period} – {rows.at(-1)?.period}
        </span>
        <span>
          <svg className={classes.key} viewBox="0 0 10 10" aria-hidden="true">
            <rect className={classes.paid} width={10} height={10} />
          </svg>{' '}
          {t.paid}
        </span>
        <span>
          <svg className={classes.key} viewBox="0 0 10 10" aria-hidden="true">
            <rect className={classes.refunded} width={10} height={10} />
          </svg>{' '}
          {t.refunded}
        </span>
      </figcaption>
    </figure>
  )
}
