import { setTimeout as sleep } from 'node:timers/promises'

export const billFaults = [
  'not_ready',
  'missing_row',
  'extra_row',
  'changed_row',
  'duplicate_row',
  'wrong_totals',
  'broken',
  'cut',
] as const
export type BillFault = (typeof billFaults)[number]

export interface Faults {
  /** `down` resets the connection, `slow` waits `slowMs` before it answers, `html` answers 502 with a page. */
  readonly gateway?: 'down' | 'slow' | 'html'
  readonly slowMs: number
  /** `drop` loses deliveries (they count as tried), `duplicate` posts each twice, `delay` waits `delayMs` before each. */
  readonly notify?: 'drop' | 'duplicate' | 'delay'
  readonly delayMs: number
  /**
   * `no_balance` refuses refunds, `nothing` says 10000 without moving money or keeping the number, `unclear` moves the
   * money and says `fund_change` N.
   */
  readonly refund?: 'no_balance' | 'nothing' | 'unclear'
  /**
   * `not_ready` knows no bill; the rows are wrong in the first of them; `wrong_totals` is in the closing lines; `broken`
   * is no ZIP any more and `cut` ends the connection in the middle.
   */
  readonly bill?: BillFault
}

export interface FaultSwitches {
  current(): Faults
  set(faults: Faults): void
  clear(): void
}

/** Long enough that every client gives up first. */
const SLOW_MS_DEFAULT = 60_000
const DELAY_MS_DEFAULT = 5_000

export const noFaults: Faults = { slowMs: SLOW_MS_DEFAULT, delayMs: DELAY_MS_DEFAULT }

/** What the simulator was told to do wrong, all off at first. They live in memory: a restart is a healthy gateway. */
export function createFaultSwitches(): FaultSwitches {
  let faults = noFaults
  return {
    current: () => faults,
    set: next => {
      faults = next
    },
    clear: () => {
      faults = noFaults
    },
  }
}

/** Waits, or comes back early when the simulator closes. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
