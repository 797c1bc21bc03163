import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { beijingDay, formatFen, formatMs } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { texts } from './texts.ts'
import classes from './today.module.css'
import type { TodayAnswer } from './today-data.ts'

type Delay = NonNullable<TodayAnswer['orders']>['paidDelay']

/** Money in, back and net, and how soon a payment is known. */
export function Money({ money, delay }: { money: TodayAnswer['money']; delay: Delay }) {
  const t = useTexts(texts)
  const today = beijingDay(Date.now())
  return (
    <dl className={classes.figures} aria-label={t.money}>
      {money !== null && (
        <>
          <Figure name={t.moneyIn} href={`/payments?paidOn=${today}`} note={t.payments(money.payments)}>
            {formatFen(money.paidFen)}
          </Figure>
          <Figure name={t.moneyBack} href={`/refunds?succeededOn=${today}`} note={t.refunds(money.refunds)}>
            {formatFen(money.refundedFen)}
          </Figure>
          <Figure name={t.net} href={`/reports?by=day&from=${today}`}>
            {formatFen(money.netFen)}
          </Figure>
        </>
      )}
      {delay !== null && (
        <Figure name={t.delay} href="/orders?paid=true" note={t.delayOf(formatMs(delay.p95Ms), delay.orders)}>
          {formatMs(delay.p50Ms)}
        </Figure>
      )}
    </dl>
  )
}

function Figure(props: { name: string; href: string; note?: string; children: ReactNode }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        <Link href={props.href}>{props.children}</Link>
        {props.note !== undefined && <small>{props.note}</small>}
      </dd>
    </div>
  )
}
