import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Before the call takes effect: `down` resets the connection, `slow` waits `slowMs` first, `html` answers 502 with
 * a page, `busy` answers code 20000, `error` an `error_response`. After it took effect: `hang` waits `slowMs` and
 * resets, `reset` resets, `html_after` and `busy_after` answer as above, `bad_sign` and `no_sign` change the signature.
 */
export const gatewayFaults = [
  'down',
  'slow',
  'html',
  'busy',
  'error',
  'hang',
  'reset',
  'html_after',
  'busy_after',
  'bad_sign',
  'no_sign',
] as const
export type GatewayFault = (typeof gatewayFaults)[number]

/**
 * `drop` loses deliveries (they count as tried), `duplicate` posts each twice, `delay` waits `delayMs` before each,
 * `reorder` sends the next one first (or waits `delayMs`). `amount`, `seller`, `app` and `order` replace a value under a
 * valid signature; `bad_sign`, `no_sign`, `sha1` and `duplicate_parameter` make the signature invalid or weak.
 */
export const notifyFaults = [
  'drop',
  'duplicate',
  'delay',
  'reorder',
  'amount',
  'seller',
  'app',
  'order',
  'bad_sign',
  'no_sign',
  'sha1',
  'duplicate_parameter',
] as const
export type NotifyFault = (typeof notifyFaults)[number]

/**
 * `no_balance` refuses refunds, `nothing` answers 10000 without refunding or storing the number, `unclear` refunds
 * and answers `fund_change` N.
 */
export const refundFaults = ['no_balance', 'nothing', 'unclear'] as const
export type RefundFault = (typeof refundFaults)[number]

/**
 * `not_ready` has no bill; the faults of rows are in the first row; `wrong_totals` is in the last lines; `broken` is not
 * a ZIP any more, and `cut` ends the connection in the middle.
 */
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

/**
 * What the download of Alipay's certificate answers: `foreign_chain` has the right names, number and key, but an issuer
 * that no root has signed; `expired` is over; `other` is the app's own; `missing` says that there is none.
 */
export const certificateFaults = ['foreign_chain', 'expired', 'other', 'missing'] as const
export type CertificateFault = (typeof certificateFaults)[number]

type Rates<Fault extends string> = { readonly [fault in Fault]?: number }

/** Faults drawn for each call and delivery, from one sequence that the seed decides. A rate is a share of 1. */
export interface RandomFaults {
  readonly seed: number
  readonly rates: {
    readonly gateway?: Rates<GatewayFault>
    readonly notify?: Rates<NotifyFault>
    readonly refund?: Rates<RefundFault>
  }
}

export interface Faults {
  readonly gateway?: GatewayFault
  readonly slowMs: number
  /** Gateway faults affect only these methods; all by default. */
  readonly methods?: readonly string[]
  /** The gateway fault affects so many calls; all by default. */
  readonly gatewayTimes?: number
  readonly notify?: NotifyFault
  readonly delayMs: number
  /** The notify fault affects so many deliveries; all by default. */
  readonly notifyTimes?: number
  /** A payment is answered (and the browser sent back) only after its notify's first delivery. */
  readonly notifyBeforeReturn?: boolean
  readonly refund?: RefundFault
  readonly bill?: BillFault
  readonly certificate?: CertificateFault
  /** Used where no switch above applies. Page calls have no random faults, because a buyer would simply try again. */
  readonly random?: RandomFaults
}

/** The faults of one call to the gateway. */
export interface CallFaults {
  readonly gateway?: GatewayFault | undefined
  readonly slowMs: number
  readonly refund?: RefundFault | undefined
  readonly bill?: BillFault | undefined
  readonly certificate?: CertificateFault | undefined
}

export interface FaultSwitches {
  current(): Faults
  set(faults: Faults): void
  clear(): void
  /** Decides for one call, and counts it where the number of calls is limited. */
  forCall(method: string, isPage: boolean): CallFaults
  /** Decides for one delivery of a notify. */
  forDelivery(): { readonly notify?: NotifyFault | undefined; readonly delayMs: number }
}

/** Longer than any client waits. */
const SLOW_MS_DEFAULT = 60_000
const DELAY_MS_DEFAULT = 5_000

export const noFaults: Faults = { slowMs: SLOW_MS_DEFAULT, delayMs: DELAY_MS_DEFAULT }

/** The faults that are switched on; none at the start. They are in memory, so a restart clears them. */
export function createFaultSwitches(): FaultSwitches {
  let faults = noFaults
  let random = seeded(0)

  function forGateway(method: string, isPage: boolean): GatewayFault | undefined {
    if (faults.methods && !faults.methods.includes(method)) return undefined
    const { gateway, gatewayTimes } = faults
    if (!gateway || gatewayTimes === 0) return isPage ? undefined : draw(faults.random?.rates.gateway, random)
    if (gatewayTimes !== undefined) faults = { ...faults, gatewayTimes: gatewayTimes - 1 }
    return gateway
  }

  return {
    current: () => faults,
    set: next => {
      faults = next
      random = seeded(next.random?.seed ?? 0)
    },
    clear: () => {
      faults = noFaults
    },
    forCall(method, isPage) {
      const gateway = forGateway(method, isPage)
      const refund = faults.refund ?? draw(faults.random?.rates.refund, random)
      return { gateway, slowMs: faults.slowMs, refund, bill: faults.bill, certificate: faults.certificate }
    },
    forDelivery() {
      const { notify, notifyTimes, delayMs } = faults
      if (!notify || notifyTimes === 0) return { notify: draw(faults.random?.rates.notify, random), delayMs }
      if (notifyTimes !== undefined) faults = { ...faults, notifyTimes: notifyTimes - 1 }
      return { notify, delayMs }
    },
  }
}

/** Draws one of the faults by its rate, or none with the rest of 1. */
function draw<Fault extends string>(rates: Rates<Fault> | undefined, random: () => number): Fault | undefined {
  if (!rates) return undefined
  let left = random()
  for (const [fault, rate] of Object.entries(rates) as [Fault, number][]) {
    if (left < rate) return fault
    left -= rate
  }
  return undefined
}

/** Numbers from 0 up to 1 that the seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Waits, but not longer than until the simulator closes. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
