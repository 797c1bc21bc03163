import { EventEmitter, once } from 'node:events'
import { Agent } from 'undici'
import { type FaultSwitches, type NotifyFault, pauseFor } from '../faults.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Log } from '../log.ts'
import { type Attempt, deliveryFields, type Notify, nextAttemptAt } from '../notify.ts'
import type { SigningKey } from '../rsa.ts'
import { postForm } from './post-form.ts'
import { wireBody } from './wire.ts'

export type NotifyContentType = 'plain' | 'odd' | 'alternate'

export interface Notifier {
  /** Starts or continues the deliveries of a notify that is on disk. */
  enqueue(notify: Notify): void
  /** Resolves after the first delivery of a notify that is on disk. The rest follow the schedule. */
  deliverNow(notify: Notify): Promise<void>
  /** Delivers now, outside the schedule. Returns the notify with the attempt. */
  redeliver(notify: Notify): Promise<Notify>
  /** Stops all deliveries, also those under way. Undelivered notifies continue after the next start. */
  close(): Promise<void>
}

export interface NotifierOptions {
  readonly ledger: Ledger
  readonly key: SigningKey
  readonly faults: FaultSwitches
  readonly timeScale: number
  readonly contentType: NotifyContentType
  readonly now: () => number
  readonly log: Log
}

/** Bounds the sockets that a slow merchant can occupy. */
const DELIVERIES_IN_FLIGHT_MAX = 256
const ANSWER_TIMEOUT_MS = 10_000
/** Bytes of a response. `success` is short, but error pages are recorded too. */
const ANSWER_SIZE_MAX = 1 << 20
const ANSWER_KEPT_CHARACTERS = 200
const TIMER_MAX_MS = 2 ** 31 - 1

const PLAIN_TYPE = 'application/x-www-form-urlencoded; charset=utf-8'
/** Alipay sends this at times. Strict parsers of the header reject it. */
const ODD_TYPE = 'application/x-www-form-urlencoded; text/html; charset=utf-8'

/** Delivers notifies by Alipay's schedule until each is answered with exactly `success`. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { ledger, faults, now } = options
  const agent = new Agent({
    connections: DELIVERIES_IN_FLIGHT_MAX,
    keepAliveTimeout: 30_000,
    maxResponseSize: ANSWER_SIZE_MAX,
  })
  const stop = new AbortController()
  const timers = new Map<string, NodeJS.Timeout>()
  const due: string[] = []
  const passBy = new EventEmitter()
  const running = new Set<Promise<unknown>>()

  function enqueue(notify: Notify): void {
    const at = nextAttemptAt(notify, options.timeScale)
    if (at === undefined || stop.signal.aborted) return
    const waitMs = at - now()
    if (waitMs <= 0) {
      due.push(notify.notifyId)
      pump()
      return
    }
    timers.set(
      notify.notifyId,
      setTimeout(() => wake(notify.notifyId), Math.min(waitMs, TIMER_MAX_MS)),
    )
  }

  function wake(notifyId: string): void {
    timers.delete(notifyId)
    enqueue(ledger.notify(notifyId)!)
  }

  function pump(): void {
    while (due.length > 0 && running.size < DELIVERIES_IN_FLIGHT_MAX) {
      const notify = ledger.notify(due.shift()!)!
      track(deliverScheduled(notify))
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    const watched: Promise<unknown> = work
      .catch((error: unknown) => {
        if (!stop.signal.aborted) options.log.error({ err: error }, 'a delivery could not be saved in the ledger')
      })
      .finally(() => {
        running.delete(watched)
        if (!stop.signal.aborted) pump()
      })
    running.add(watched)
    return work
  }

  async function deliverScheduled(notify: Notify): Promise<void> {
    // A manual delivery may have succeeded while this one waited for its turn.
    if (nextAttemptAt(notify, options.timeScale) === undefined) return
    const { notify: fault, delayMs } = faults.forDelivery()
    if (fault === 'delay') await pauseFor(delayMs, stop.signal)
    if (fault === 'reorder') await letNextPass(delayMs)
    if (fault === 'duplicate') await deliver(notify, 'duplicate')
    const after = await deliver(notify, 'scheduled', fault)
    passBy.emit('delivered')
    if (after) enqueue(after)
  }

  /** Only one delivery waits at a time: two that wait for each other would be sent in their old order. */
  async function letNextPass(delayMs: number): Promise<void> {
    if (passBy.listenerCount('delivered') > 0) return
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(delayMs)])
    await once(passBy, 'delivered', { signal }).catch(() => {})
  }

  /** One POST, saved in the ledger. Undefined when the simulator closes meanwhile: the delivery does not count then. */
  async function deliver(notify: Notify, kind: Attempt['kind'], fault?: NotifyFault): Promise<Notify | undefined> {
    const at = now()
    const answer = fault === 'drop' ? ({ outcome: 'dropped' } as const) : await post(notify, at, fault)
    if (stop.signal.aborted) return undefined
    const attempt: Attempt = { kind, at, durationMs: now() - at, ...answer, ...(fault ? { fault } : {}) }
    options.log.info({ notifyId: notify.notifyId, outTradeNo: notify.outTradeNo, ...attempt }, 'notify')
    return ledger.saveAttempt(notify.notifyId, attempt)
  }

  async function post(
    notify: Notify,
    at: number,
    fault: NotifyFault | undefined,
  ): Promise<Pick<Attempt, 'outcome' | 'httpStatus' | 'answer' | 'error'>> {
    const body = wireBody(deliveryFields(notify, at), fault, options.key.current)
    try {
      const { status, text } = await postForm(agent, {
        url: notify.url,
        contentType: contentTypeOf(notify, options.contentType),
        body,
        timeoutMs: ANSWER_TIMEOUT_MS,
      })
      return {
        outcome: status === 200 && text === 'success' ? 'delivered' : 'refused',
        httpStatus: status,
        answer: text.slice(0, ANSWER_KEPT_CHARACTERS),
      }
    } catch (error) {
      return { outcome: 'failed', error: error instanceof Error ? error.message || error.name : String(error) }
    }
  }

  return {
    enqueue,
    deliverNow: notify => track(deliverScheduled(notify)),
    async redeliver(notify) {
      const after = await track(deliver(notify, 'manual'))
      await ledger.settled()
      return after ?? notify
    },
    async close() {
      stop.abort()
      for (const timer of timers.values()) clearTimeout(timer)
      await agent.destroy()
      await Promise.allSettled(running)
    },
  }
}

/** `alternate` depends on the last digit of the notify's id, so that all deliveries of one notify are alike. */
function contentTypeOf(notify: Notify, setting: NotifyContentType): string {
  const odd = setting === 'odd' || (setting === 'alternate' && Number(notify.notifyId.at(-1)) % 2 === 1)
  return odd ? ODD_TYPE : PLAIN_TYPE
}
