import type { TestService } from '../test-service.ts'
import { callService, type PaidTrade } from '../test-shop.ts'

interface RefundAnswer {
  refundId: string
  status: string
  why?: string
}

export type RefundSteps = ReturnType<typeof createRefundSteps>

/** Steps of tests about refunds. */
export function createRefundSteps(service: TestService) {
  const { alipay, database } = service
  /** Pays an order at Alipay, which notifies; returns the order's id. */
  async function pay(orderId: string, amountFen: number): Promise<string> {
    const { tradeNo } = await alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
    const total_amount = (amountFen / 100).toFixed(2)
    await service.notify(service.signedNotify(orderId, { trade_no: tradeNo, total_amount }))
    return orderId
  }
  return {
    pay,
    /** An order that its buyer has paid at Alipay: one unit of tea-01 for the whole amount. */
    async payOrder(amountFen = 25_800): Promise<string> {
      return pay(await service.newOrder({ amountFen }), amountFen)
    },
    request: (orderId: string, body: object = {}) =>
      callService<RefundAnswer & Record<string, unknown>>(service.url, 'POST', `/payments/${orderId}/refunds`, {
        reason: 'it was broken',
        requestedBy: 'ann',
        ...body,
      }),
    async list(orderId: string) {
      type Refunds = { items: RefundAnswer[]; paidFen: number; refundableFen: number }
      return (await callService<Refunds>(service.url, 'GET', `/payments/${orderId}/refunds`)).body
    },
    eventsOf: async (orderId: string, type: string) =>
      (await service.eventsOf(orderId)).filter(event => event.type === type),
    /** The amounts that Alipay has refunded, in its own ledger. */
    async refundedAtAlipay(orderId: string): Promise<string[]> {
      const trade = await alipay.control<{ refunds?: { amount: string }[] }>('GET', `/trades/${orderId}`)
      return (trade.refunds ?? []).map(({ amount }) => amount)
    },
    /** Makes every open refund due, and executes what is due. */
    async executeAll(): Promise<void> {
      await database.client`update refunds set next_try_at = now() where next_try_at is not null`
      await database.client`update attempts set next_refund_at = now() where next_refund_at is not null`
      await service.refunder.runNow()
    },
  }
}
