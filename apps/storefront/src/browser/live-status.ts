import type { OrderStatusAnswer } from '@alipay-checkout/contracts'
import { ApiProblem, fetchStatus } from './api.ts'
import type { ReturnLink } from './return-link.ts'
import { linkQuery } from './return-link.ts'
import { session } from './session.ts'

/** Polling in addition to the WebSocket finds changes whose push was lost, ms. */
const pollEveryMs = 3_000
const reconnectAfterMs = [1_000, 2_000, 4_000, 8_000, 15_000]
/** How long a closed order is followed, because a late payment reinstates it, ms. */
const watchClosedMs = 120_000
/** Close codes after which the WebSocket is not reopened: the status is final, or the order was not found. */
const finalCloseCodes = new Set([1000, 4404])

/**
 * Follows an order's status by WebSocket and by polling every three seconds, until the order is paid, refunded, or has
 * been closed for two minutes. `onStatus` gets every status, also an unchanged one. `onFailure` gets every error; an
 * ApiProblem that a retry can't solve ends the following. `refresh` reads the status at once, even after the end.
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

  function accept(answer: OrderStatusAnswer): void {
    if (stopped) return
    final = answer.status === 'PAID' || answer.orderStatus === 'REFUNDED'
    closedAtMs = answer.status === 'FAILED' ? (closedAtMs ?? Date.now()) : undefined
    options.onStatus(answer)
  }

  async function refresh(): Promise<void> {
    try {
      accept(await fetchStatus(orderId, link))
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
    socket.onmessage = event => accept(JSON.parse(event.data as string) as OrderStatusAnswer)
    socket.onclose = event => {
      if (finalCloseCodes.has(event.code)) return
      timer = setTimeout(connect, reconnectAfterMs[Math.min(reconnects++, reconnectAfterMs.length - 1)])
    }
  }

  function stop(): void {
    stopped = true
    clearInterval(polling)
    clearTimeout(timer)
    // Closing a socket that is still connecting logs an error in browsers.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = event => (event.target as WebSocket).close()
    else socket?.close()
  }

  function isOver(): boolean {
    return final || (closedAtMs !== undefined && Date.now() - closedAtMs > watchClosedMs)
  }

  const polling = setInterval(() => isOver() || refresh(), pollEveryMs)
  // Both at once, because a push may arrive before the first response. If access is refused, the response gives the
  // reason, which a refused WebSocket does not.
  connect()
  void refresh()
  return { refresh, stop }
}
