import type { OrderStatusAnswer } from '@alipay-checkout/contracts'
import { ApiProblem, fetchStatus } from './api.ts'
import type { ReturnLink } from './return-link.ts'
import { linkQuery } from './return-link.ts'
import { session } from './session.ts'

/** The fallback, and what finds a change whose push was lost. */
const pollEveryMs = 3_000
const reconnectAfterMs = [1_000, 2_000, 4_000, 8_000, 15_000]
/** Closed for good: the order is final, or not ours to see. */
const closedForGood = new Set([1000, 4404])

/**
 * Follows an order's status by WebSocket, and by asking every three seconds besides. `onStatus` gets every answer,
 * repeats too; `onFailure` what went wrong: an ApiProblem that asking again won't mend ends the following.
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
  let reconnects = 0
  let reconnecting: ReturnType<typeof setTimeout> | undefined

  async function refresh(): Promise<void> {
    try {
      const answer = await fetchStatus(orderId, link)
      if (!stopped) options.onStatus(answer)
    } catch (error) {
      if (stopped) return
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) stop()
      options.onFailure(error)
    }
  }

  function connect(): void {
    const token = session.get()?.token
    const address = new URL('/ws/order-status', location.href.replace(/^http/, 'ws'))
    address.search = link ? linkQuery(link) : new URLSearchParams({ order_id: orderId }).toString()
    socket = new WebSocket(address, !link && token ? ['order-status', `bearer.${token}`] : ['order-status'])
    socket.onopen = () => {
      reconnects = 0
    }
    socket.onmessage = event => options.onStatus(JSON.parse(event.data as string) as OrderStatusAnswer)
    socket.onclose = event => {
      if (stopped || closedForGood.has(event.code)) return
      reconnecting = setTimeout(connect, reconnectAfterMs[Math.min(reconnects++, reconnectAfterMs.length - 1)])
    }
  }

  function stop(): void {
    stopped = true
    clearInterval(polling)
    clearTimeout(reconnecting)
    socket?.close()
  }

  const polling = setInterval(refresh, pollEveryMs)
  connect()
  void refresh()
  return { refresh, stop }
}
