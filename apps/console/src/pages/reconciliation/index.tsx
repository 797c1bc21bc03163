import type { PageProps } from '../page-props.ts'
import { Calendar } from './calendar.tsx'
import { Day } from './day.tsx'
import { isDay } from './month.ts'

/** The calendar of reconciliations, or one day. */
export default function ReconciliationPage({ params: { date } }: PageProps) {
  return date === undefined || !isDay(date) ? <Calendar /> : <Day key={date} date={date} />
}
