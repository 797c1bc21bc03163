import type { Answer, Item } from '../../api/use-api.ts'

export type Run = Item<'/api/admin/reconciliations'>
export type Reconciliation = Answer<'/api/admin/reconciliations/{date}'>
export type DayState = 'signed_off' | 'done' | 'differences' | 'gave_up' | 'running' | 'none' | 'quiet' | 'not_yet'

/**
 * Where the reconciliation of a day stands. The bill of a day is there after it has ended. A day on which nothing was
 * paid or refunded is quiet without a comparison; `active` has the other days, and is undefined where they are unknown.
 */
export function stateOf(
  run: Pick<Run, 'status' | 'signedOffAt' | 'unsettled'> | undefined,
  { date, today, active }: { date: string; today: string; active: ReadonlySet<string> | undefined },
): DayState {
  if (run === undefined) {
    if (date >= today) return 'not_yet'
    return active === undefined || active.has(date) ? 'none' : 'quiet'
  }
  switch (run.status) {
    case 'GAVE_UP':
      return 'gave_up'
    case 'DONE':
      if (run.signedOffAt !== null) return 'signed_off'
      return run.unsettled > 0 ? 'differences' : 'done'
    default:
      return 'running'
  }
}
