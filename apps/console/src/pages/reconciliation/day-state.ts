import type { Answer, Item } from '../../api/use-api.ts'

export type Run = Item<'/api/admin/reconciliations'>
export type Reconciliation = Answer<'/api/admin/reconciliations/{date}'>
export type DayState = 'signed_off' | 'done' | 'differences' | 'gave_up' | 'running' | 'none' | 'not_yet'

/** Where the reconciliation of a day stands. The bill of a day is there after it has ended. */
export function stateOf(run: Run | undefined, date: string, today: string): DayState {
  if (run === undefined) return date < today ? 'none' : 'not_yet'
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
