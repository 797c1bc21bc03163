import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Before the call takes effect: `down` resets the connection, `slow` waits `slowMs` and goes on, `html` answers 502 with
 * a page, `busy` answers code 20000, `error` an `error_response`. After it took effect: `hang` waits `slowMs` and
 * resets, `reset` resets, `html_after` and `busy_after` answer as above, `bad_sign` and `no_sign` spoil the signature.
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
 * `reorder` lets the next one go first (or waits `delayMs`). `amount`, `seller`, `app` and `order` put another value
 * under a sound signature; `bad_sign`, `no_sign`, `sha1` and `duplicate_parameter` spoil what the signature says.
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
 * `no_balance` refuses refunds, `nothing` says 10000 without moving money or keeping the number, `unclear` moves the
 * money and says `fund_change` N.
 */
export const refundFaults = ['no_balance', 'nothing', 'unclear'] as const
export type RefundFault = (typeof refundFaults)[number]

/**
 * `not_ready` knows no bill; the rows are wrong in the first of them; `wrong_totals` is in the closing lines; `broken` is
 * no ZIP any more and `cut` ends the connection in the middle.
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
  /** Only calls of these methods meet gateway faults; without it all do. */
  readonly methods?: readonly string[]
  /** So many calls meet the gateway fault, then it is over; without it there is no end. */
  readonly gatewayTimes?: number
  readonly notify?: NotifyFault
  readonly delayMs: number
  /** So many deliveries meet the notify fault. */
  readonly notifyTimes?: number
  /** A payment is answered (and the browser sent back) only after its notify's first delivery. */
  readonly notifyBeforeReturn?: boolean
  readonly refund?: RefundFault
  readonly bill?: BillFault
  /** Where no switch above says what goes wrong. Page calls are left alone: a buyer would just try again. */
  readonly random?: RandomFaults
}

/** What one call to the gateway meets. */
export interface CallFaults {
  readonly gateway?: GatewayFault | undefined
  readonly slowMs: number
  readonly refund?: RefundFault | undefined
  readonly bill?: BillFault | undefined
}

export interface FaultSwitches {
  current(): Faults
  set(faults: Faults): void
  clear(): void
  /** Decides for one call; counts it where the switch has an end. */
  forCall(method: string, isPage: boolean): CallFaults
  /** Decides for one delivery of a notify. */
  forDelivery(): { readonly notify?: NotifyFault | undefined; readonly delayMs: number }
}

/** Long enough that every client gives up first. */
const SLOW_MS_DEFAULT = 60_000
const DELAY_MS_DEFAULT = 5_000

export const noFaults: Faults = { slowMs: SLOW_MS_DEFAULT, delayMs: DELAY_MS_DEFAULT }

/** What the simulator was told to do wrong, all off at first. They live in memory: a restart is a healthy gateway. */
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
      return { gateway, slowMs: faults.slowMs, refund, bill: faults.bill }
    },
    forDelivery() {
      const { notify, notifyTimes, delayMs } = faults
      if (!notify || notifyTimes === 0) return { notify: draw(faults.random?.rates.notify, random), delayMs }
      if (notifyTimes !== undefined) faults = { ...faults, notifyTimes: notifyTimes - 1 }
      return { notify, delayMs }
    },
  }
}

/** One of the faults by its rate, or none with what is left of 1. */
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

/** Waits, or comes back early when the simulator closes. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
