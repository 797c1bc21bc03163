import type { Config } from './config.ts'
import type { PaidBy } from './plan.ts'
import type { Queried } from './unclear.ts'

/** Orders of one request: what every service accepts. */
const chunkSize = 100
/** The same where each may need queries to Alipay, of which there may be only one a second. */
const queriedChunkSize = 20
const timeoutMs = 120_000

export interface LostOrder {
  orderId: string
  payment?: object
  stock?: object
}

/** What payment-service gets of an order besides its id. */
export interface RecoveredOrder {
  orderId: string
  outTradeNos?: string[]
  paidBy?: PaidBy
}

export interface RebuildAnswer {
  rebuilt: string[]
  notRebuilt: { orderId: string; reason: string }[]
}

/** What payment-service answers about attempts. */
export interface QueryAnswer {
  /** Those whose payment was found at Alipay and recorded. */
  paid: string[]
  /** Those about which Alipay gave no clear answer. */
  unclear: string[]
}

export type Services = ReturnType<typeof connectServices>

/** Calls the recovery routes of the running services, in chunks. @throws Error naming the service that refuses */
export function connectServices(config: Config) {
  const { ORDER_SERVICE_URL: orders, PAYMENT_SERVICE_URL: payments, INVENTORY_SERVICE_URL: inventory } = config
  async function post<T>(url: string, path: string, body: object): Promise<T> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-service-token': config.SERVICE_TOKEN,
        'x-actor': 'recover',
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`POST ${url}${path} answered ${response.status}: ${text.slice(0, 500)}`)
    return JSON.parse(text) as T
  }

  return {
    async republishOrders(orderIds: readonly string[], { refunds }: { refunds: boolean }): Promise<void> {
      for (const chunk of chunksOf(orderIds)) await post(orders, '/recovery/republish', { orderIds: chunk, refunds })
    },
    async republishStock(orderIds: readonly string[]): Promise<void> {
      for (const chunk of chunksOf(orderIds)) await post(inventory, '/recovery/republish', { orderIds: chunk })
    },
    async republishProducts(): Promise<void> {
      await post(inventory, '/recovery/republish-products', {})
    },
    /** Returns the attempts that were queried at Alipay for it. */
    async republishPayments(found: readonly RecoveredOrder[]): Promise<Queried> {
      const all = { queried: [] as string[], unclear: [] as string[] }
      for (const chunk of chunksOf(found, queriedChunkSize)) {
        const answer = await post<Queried>(payments, '/recovery/republish', { orders: chunk })
        all.queried.push(...answer.queried)
        all.unclear.push(...answer.unclear)
      }
      return all
    },
    /** Queries Alipay about attempts, of which payment-service records what it finds. */
    async queryAttempts(outTradeNos: readonly string[]): Promise<QueryAnswer> {
      const all: QueryAnswer = { paid: [], unclear: [] }
      for (const chunk of chunksOf(outTradeNos, queriedChunkSize)) {
        const answer = await post<QueryAnswer>(payments, '/recovery/query', { outTradeNos: chunk })
        all.paid.push(...answer.paid)
        all.unclear.push(...answer.unclear)
      }
      return all
    },
    async rebuildOrders(lost: readonly LostOrder[]): Promise<RebuildAnswer> {
      const all: RebuildAnswer = { rebuilt: [], notRebuilt: [] }
      for (const chunk of chunksOf(lost)) {
        const answer = await post<RebuildAnswer>(orders, '/recovery/rebuild', { orders: chunk })
        all.rebuilt.push(...answer.rebuilt)
        all.notRebuilt.push(...answer.notRebuilt)
      }
      return all
    },
    /** Cancels an order; one that was paid or closed meanwhile stays. */
    async cancelOrder(orderId: string): Promise<void> {
      const reason = 'its stock was released before the restore'
      await post(orders, `/admin/orders/${orderId}/cancel`, { reason }).catch(error => {
        if (!(error as Error).message.includes('order-not-cancellable')) throw error
      })
    },
  }
}

function* chunksOf<T>(all: readonly T[], size = chunkSize): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}
