import { setTimeout as pause } from 'node:timers/promises'
import type { OrderPayment } from '@alipay-checkout/contracts'
import {
  CallFailed,
  type CallOptions,
  type HttpAnswer,
  type OpeningOptions,
  send,
  shopClient,
} from '@alipay-checkout/test-support'

/** A request that never got a final response, however often it was sent again. */
export class Unanswered extends Error {}

/** One attempt is aborted after this, ms. */
const timeoutMs = 15_000
/** A request that fails is sent again for this long, ms: far beyond the longest fault. */
const retryForMs = 180_000

/** Whether the same request may get another response in a moment. */
function isTemporary({ status, text }: HttpAnswer): boolean {
  if (status >= 500 || status === 429) return true
  return status === 409 && text.includes('/problems/request-in-flight')
}

/** A refusal in short, as reports count it: its status, and the last part of the problem's type. */
export function describeRefusal(answer: Pick<HttpAnswer, 'status' | 'text'>): string {
  const { problem } = new CallFailed('', answer)
  return `${answer.status} ${problem || answer.text.slice(0, 200)}`
}

/** The response, if it is a success. @throws CallFailed otherwise */
export async function ok<A extends HttpAnswer>(answer: Promise<A>): Promise<A> {
  const received = await answer
  if (received.status >= 300) throw new CallFailed('the shop', received)
  return received
}

export interface RetryOptions extends CallOptions {
  /** Whether this response is temporary too. */
  isTemporary?: (answer: HttpAnswer) => boolean
}

export type RetryingClient = ReturnType<typeof retryingClient>

/**
 * Calls the shop through several gateways: each request begins at the next one and goes to another where that fails, with
 * the same `Idempotency-Key`, until there is a final response.
 *
 * @param onRetry receives why an attempt failed
 * @throws Unanswered after three minutes
 */
export function retryingClient(gatewayUrls: readonly string[], onRetry: (reason: string) => void = () => {}) {
  let turn = 0

  async function request(method: string, path: string, options: RetryOptions = {}): Promise<HttpAnswer> {
    const { isTemporary: isTemporaryToo, ...rest } = options
    const first = turn++
    const giveUpAtMs = performance.now() + retryForMs
    for (let attempts = 0; ; attempts++) {
      const url = gatewayUrls[(first + attempts) % gatewayUrls.length]
      let reason: string
      try {
        const answer = await send(method, `${url}${path}`, { timeoutMs, ...rest })
        if (!isTemporary(answer) && !isTemporaryToo?.(answer)) return answer
        reason = describeRefusal(answer)
      } catch (error) {
        reason = (error as Error).name === 'TimeoutError' ? 'no response' : 'connection lost'
      }
      onRetry(reason)
      if (performance.now() > giveUpAtMs) throw new Unanswered(`${method} ${path}: ${reason}`)
      await pause(Math.min(100 * 2 ** attempts, 1_000))
    }
  }

  return {
    ...shopClient(request),
    request,
    /** As in the shop client, and waits for payment-service, which receives orders through Kafka. */
    async openPayment(token: string, orderId: string, body: OpeningOptions): Promise<OrderPayment> {
      const answer = await request('POST', `/api/orders/${orderId}/payment`, {
        token,
        body,
        isTemporary: ({ status }) => status === 404,
      })
      return JSON.parse((await ok(Promise.resolve(answer))).text)
    },
  }
}
