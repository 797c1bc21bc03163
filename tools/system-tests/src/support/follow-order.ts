import type { OrderStatusAnswer } from '@alipay-checkout/contracts'
import { waitUntil } from '@alipay-checkout/test-support'
import { system } from './system.ts'

/** A WebSocket that follows an order. */
export interface Following {
  /** The shop statuses received, in order. */
  readonly statuses: string[]
  /** Waits until the last received one is `orderStatus`. */
  untilIs(orderStatus: OrderStatusAnswer['orderStatus']): Promise<void>
  close(): void
}

/**
 * Follows an order as a browser does.
 *
 * @param query `order_id`, and with a return link `t` and `sign` too
 * @param options.token given as a subprotocol, since browsers can't set headers
 * @param options.base another gateway's address
 */
export function follow(
  query: URLSearchParams,
  { token, base = system.gatewayUrl }: { token?: string; base?: string } = {},
): Following {
  const answers: OrderStatusAnswer[] = []
  const address = `${base.replace(/^http/, 'ws')}/ws/order-status?${query}`
  const socket = new WebSocket(address, token === undefined ? [] : ['order-status', `bearer.${token}`])
  socket.addEventListener('message', event => answers.push(JSON.parse(String(event.data)) as OrderStatusAnswer))
  return {
    get statuses() {
      return answers.map(({ status }) => status)
    },
    async untilIs(orderStatus) {
      await waitUntil(() => answers.at(-1)?.orderStatus === orderStatus, { what: `${orderStatus} is pushed` })
    },
    close: () => socket.close(),
  }
}
