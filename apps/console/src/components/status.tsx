import { useTexts } from '../i18n/texts.ts'
import { type StatusKind, statusWords, wordFor } from '../i18n/words.ts'
import { Badge, type Colour } from './values.tsx'

const colours: Readonly<Record<string, Colour>> = {
  RESERVING: 'blue',
  PENDING_PAYMENT: 'blue',
  EXPECTED: 'blue',
  CLOSING: 'amber',
  UNCLEAR: 'amber',
  REINSTATING: 'amber',
  PARTIALLY_SHIPPED: 'amber',
  PAID: 'green',
  SHIPPED: 'green',
  DELIVERED: 'green',
  COMPLETED: 'green',
  SUCCEEDED: 'green',
  RESOLVED: 'green',
  DONE: 'green',
  REPAIRED: 'green',
  SETTLED: 'green',
  REDRIVEN: 'green',
  ready: 'green',
  AWAITING_APPROVAL: 'amber',
  REQUESTED: 'blue',
  PENDING: 'amber',
  APPROVED: 'blue',
  RUNNING: 'blue',
  OPENED: 'blue',
  REDRIVING: 'blue',
  RESERVED: 'blue',
  COMMITTED: 'green',
  CARRIED: 'blue',
  OPEN: 'amber',
  WAITING: 'amber',
  degraded: 'amber',
  paid_late: 'amber',
  refunded_after_shipping: 'amber',
  FAILED: 'red',
  GAVE_UP: 'red',
  unavailable: 'red',
}

/** A status in words, on a colour. `kind` says of what; unknown values are shown as they are. */
export function Status({ kind, value }: { kind: StatusKind; value: string }) {
  const words: Readonly<Record<string, string>> = useTexts(statusWords[kind] as never)
  return <Badge colour={colours[value] ?? 'gray'}>{wordFor(words, value)}</Badge>
}

/** A status in words alone. */
export function Word({ kind, value }: { kind: StatusKind; value: string }) {
  const words: Readonly<Record<string, string>> = useTexts(statusWords[kind] as never)
  return wordFor(words, value)
}

/** The words of a kind of status, for options of filters. */
export function useStatusOptions(kind: StatusKind): { value: string; label: string }[] {
  const words: Readonly<Record<string, string>> = useTexts(statusWords[kind] as never)
  return Object.entries(words).map(([value, label]) => ({ value, label }))
}
