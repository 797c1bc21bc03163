import { Count, useLocale } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import classes from './stock.module.css'
import { texts } from './texts.ts'

interface Level {
  available: number
  held: number
  sold: number
  supplied: number
}

/** Where the units of a product are: a bar, and the numbers beside it. */
export function StockLevel({ level }: { level: Level }) {
  const t = useTexts(texts)
  const format = new Intl.NumberFormat(useLocale())
  const parts = (['available', 'held', 'sold'] as const).map(key => ({ key, name: t[key], units: level[key] }))
  const whole = Math.max(
    1,
    parts.reduce((sum, { units }) => sum + Math.max(0, units), 0),
  )
  const label = parts.map(({ name, units }) => `${name}: ${t.units(format.format(units))}`).join(', ')
  let start = 0
  return (
    <>
      <svg className={classes.bar} role="img" aria-label={label} viewBox="0 0 100 1" preserveAspectRatio="none">
        {parts.map(({ key, units }) => {
          const width = (100 * Math.max(0, units)) / whole
          const x = start
          start += width
          return <rect key={key} className={classes[key]} x={x} y="0" width={width} height="1" />
        })}
      </svg>
      <dl className={classes.numbers}>
        {parts.map(({ key, name, units }) => (
          <div key={key} className={classes.number}>
            <dt>
              <span className={`${classes.dot} ${classes[key]}`} aria-hidden="true" />
              {name}
            </dt>
            <dd>
              <Count value={units} />
            </dd>
          </div>
        ))}
        <div className={classes.number}>
          <dt>{t.supplied}</dt>
          <dd>
            <Count value={level.supplied} />
          </dd>
        </div>
      </dl>
      <p className={classes.muted}>{t.sum}</p>
    </>
  )
}
