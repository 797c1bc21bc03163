import { Status } from '../../components/status.tsx'
import { Time } from '../../components/values.tsx'
import { defineTexts, useLanguage, useTexts } from '../../i18n/texts.ts'
import { statusWords, wordFor } from '../../i18n/words.ts'
import { causeInChinese } from './cause-words.ts'
import classes from './order.module.css'
import { type OrderDetails, type Step, stepsAhead, stepsTaken, type TimelineEntry } from './order-data.ts'

const texts = defineTexts({
  en: { label: 'States of the order', taken: 'reached', now: 'now', ahead: 'not yet' },
  zh: { label: '订单状态', taken: '已到达', now: '当前', ahead: '尚未到达' },
})

/** The path of the order through its states, with what usually follows. */
export function Steps({ order, entries }: { order: OrderDetails; entries: readonly TimelineEntry[] }) {
  const t = useTexts(texts)
  const taken = stepsTaken(order, entries)
  return (
    <ol className={classes.steps} aria-label={t.label}>
      {taken.map((step, index) => {
        const current = index === taken.length - 1
        const key = `${index} ${step.state}`
        return <StepItem key={key} step={step} as={current ? 'current' : 'taken'} note={current ? t.now : t.taken} />
      })}
      {stepsAhead(order).map(step => (
        <StepItem key={`ahead ${step.state}`} step={step} as="ahead" note={t.ahead} />
      ))}
    </ol>
  )
}

function StepItem({ step, as, note }: { step: Step; as: 'taken' | 'current' | 'ahead'; note: string }) {
  const { language } = useLanguage()
  const { cause } = step
  const words: Readonly<Record<string, string>> = useTexts(statusWords[step.kind] as typeof statusWords.order)
  return (
    <li
      className={`${classes.step} ${classes[as]}`}
      title={cause === undefined || language === 'en' ? cause : (causeInChinese(cause) ?? cause)}
      {...(as === 'current' ? { 'aria-current': 'step' as const } : {})}
    >
      <span className={classes.state}>
        {wordFor(words, step.state)}
        <small>{step.at === undefined ? note : <Time at={step.at} />}</small>
      </span>
    </li>
  )
}

/** The state of the order and of its shipping, for the head of the page. */
export const OrderStatuses = ({ order }: { order: OrderDetails }) => (
  <>
    <Status kind="order" value={order.orderStatus} /> <Status kind="fulfilment" value={order.fulfilmentStatus} />
  </>
)
