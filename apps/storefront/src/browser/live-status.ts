import type { OrderStatusAnswer } from '@alipay-checkout/contracts'
import { ApiProblem, fetchStatus } from './api.ts'
import type { ReturnLink } from './return-link.ts'
import { linkQuery } from './return-link.ts'
import { session } from './session.ts'

/** The fallback, and what finds a change whose push was lost. */
const pollEveryMs = 3_000
const reconnectAfterMs = [1_000, 2_000, 4_000, 8_000, 15_000]
/** A closed order is looked at for this long: money that comes late revives it, ms. */
const watchClosedMs = 120_000
/** Closed for good: the order is final, or not ours to see. */
const closedForGood = new Set([1000, 4404])

/**
 * Follows an order's status until it is paid, refunded, or closed for two minutes: by WebSocket, and by asking every three seconds besides. `onStatus` gets
 * every answer, repeats too; `onFailure` what went wrong: an ApiProblem that asking again won't mend ends the
 * following. `refresh` asks at once, also when the following has ended.
 */
export function followStatus(options: {
  orderId: string
  link: ReturnLink | null
  onStatus: (answer: OrderStatusAnswer) => void
  onFailure: (error: unknown) => void
}): { refresh: () => Promise<void>; stop: () => void } {
  const { orderId, link } = options
  let socket: WebSocket | undefined
  let stopped = false
  let final = false
  let closedAtMs: number | undefined
  let reconnects = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function take(answer: OrderStatusAnswer): void {
    if (stopped) return
    final = answer.status === 'PAID' || answer.orderStatus === 'REFUNDED'
    closedAtMs = answer.status === 'FAILED' ? (closedAtMs ?? Date.now()) : undefined
    options.onStatus(answer)
  }

  async function refresh(): Promise<void> {
    try {
      take(await fetchStatus(orderId, link))
    } catch (error) {
      if (stopped) return
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) stop()
      options.onFailure(error)
    }
  }

  function connect(): void {
    if (stopped || isOver()) return
    const token = session.get()?.token
    const address = new URL('/ws/order-status', location.href.replace(/^http/, 'ws'))
    address.search = link ? linkQuery(link) : new URLSearchParams({ order_id: orderId }).toString()
    socket = new WebSocket(address, !link && token ? ['order-status', `bearer.${token}`] : ['order-status'])
    socket.onopen = () => {
      reconnects = 0
    }
    socket.onmessage = event => take(JSON.parse(event.data as string) as OrderStatusAnswer)
    socket.onclose = event => {
      if (closedForGood.has(event.code)) return
      timer = setTimeout(connect, reconnectAfterMs[Math.min(reconnects++, reconnectAfterMs.length - 1)])
    }
  }

  function stop(): void {
    stopped = true
    clearInterval(polling)
    clearTimeout(timer)
    // Closing one that is still being opened makes browsers complain on their console.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = event => (event.target as WebSocket).close()
    else socket?.close()
  }

  function isOver(): boolean {
    return final || (closedAtMs !== undefined && Date.now() - closedAtMs > watchClosedMs)
  }

  const polling = setInterval(() => isOver() || refresh(), pollEveryMs)
  // Side by side, for a push may come before the first answer. Should we not be allowed to look, that answer says why;
  // a socket that is refused could not.
  connect()
  void refresh()
  return { refresh, stop }
}
