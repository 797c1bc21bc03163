import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { PlacedOrder } from '@alipay-checkout/contracts'
import { signToken } from '@alipay-checkout/local-stack'
import type { Random } from './random.ts'
import { Refused, type ShopClient } from './shop-client.ts'

/** What shoppers do, and how many of a hundred do it. */
const habits = {
  buy: 42,
  'buy, then get a part back': 6,
  'buy, then get all back': 6,
  'ask twice with one key, then buy': 8,
  'let it expire': 8,
  'begin to pay, then let it expire': 6,
  cancel: 5,
  'begin to pay, then cancel': 5,
  'cancel, then pay all the same': 8,
  'pay twice, from two accounts': 6,
} as const

export type Habit = keyof typeof habits

/** What came of a run of shoppers. */
export interface Shopping {
  /** Orders placed, by what was done with them. */
  did: Partial<Record<Habit, number>>
  /** Refusals met on the way, and how often: expected, where Alipay fails or stock is short. */
  refused: Record<string, number>
}

interface ShoppersOptions {
  client: ShopClient
  jwtSecret: string
  skus: readonly string[]
  orders: number
  /** How many are at it at the same time. */
  shoppers: number
  random: Random
}

const paidTimeoutMs = 60_000
const lookEveryMs = 300

/** Lets shoppers place `orders` orders, each by a customer of its own, and do with them what they like. */
export async function runShoppers(options: ShoppersOptions): Promise<Shopping> {
  const { client, jwtSecret, orders, shoppers, random } = options
  const shopping: Shopping = { did: {}, refused: {} }
  const admin = signToken(jwtSecret, 'mixed-run', 'admin')
  let begun = 0

  async function order(token: string, key: string): Promise<PlacedOrder> {
    const items = [{ sku: random.pick(options.skus), quantity: 1 + random.below(3) }]
    const placed = await client.place(token, items, key)
    await untilOrder(token, placed.order.orderId, ['PENDING_PAYMENT'])
    return placed
  }

  async function untilOrder(token: string, orderId: string, wanted: string[]): Promise<void> {
    const giveUpAt = performance.now() + paidTimeoutMs
    for (;;) {
      const { orderStatus } = await client.readOrder(token, orderId)
      if (wanted.includes(orderStatus)) return
      if (performance.now() > giveUpAt || ['REJECTED', 'EXPIRED'].includes(orderStatus)) {
        throw new Refused(0, `${orderStatus} instead of ${wanted.join(' or ')}`)
      }
      await pause(lookEveryMs)
    }
  }

  const act: Record<Habit, (token: string, key: string) => Promise<unknown>> = {
    buy: async (token, key) => client.pay((await order(token, key)).paymentUrl),
    'buy, then get a part back': async (token, key) => {
      const { order: placed, paymentUrl } = await order(token, key)
      await client.pay(paymentUrl)
      await untilOrder(token, placed.orderId, ['PAID'])
      const [line] = placed.items
      const lines = [{ sku: line?.sku, quantity: 1 }]
      await client.refund(admin, placed.orderId, { lines, returnToStock: random.next() < 0.5, reason: 'mixed run' })
    },
    'buy, then get all back': async (token, key) => {
      const { order: placed, paymentUrl } = await order(token, key)
      await client.pay(paymentUrl)
      await untilOrder(token, placed.orderId, ['PAID'])
      await client.refund(admin, placed.orderId, { reason: 'mixed run' })
    },
    'ask twice with one key, then buy': async (token, key) => {
      const items = [{ sku: random.pick(options.skus), quantity: 1 }]
      const answers = await Promise.allSettled([client.place(token, items, key), client.place(token, items, key)])
      const placed = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
      if (new Set(placed.map(answer => answer.order.orderId)).size > 1) throw new Error(`two orders for ${key}`)
      if (!placed[0]) throw (answers[0] as PromiseRejectedResult).reason
      await untilOrder(token, placed[0].order.orderId, ['PENDING_PAYMENT'])
      await client.pay(placed[0].paymentUrl)
    },
    'let it expire': order,
    'begin to pay, then let it expire': async (token, key) => client.scan((await order(token, key)).paymentUrl),
    cancel: async (token, key) => client.cancel(token, (await order(token, key)).order.orderId),
    'begin to pay, then cancel': async (token, key) => {
      const { order: placed, paymentUrl } = await order(token, key)
      await client.scan(paymentUrl)
      await client.cancel(token, placed.orderId)
    },
    'cancel, then pay all the same': async (token, key) => {
      const { order: placed, paymentUrl } = await order(token, key)
      await client.cancel(token, placed.orderId)
      await untilOrder(token, placed.orderId, ['CANCELLED'])
      await client.pay(paymentUrl)
    },
    'pay twice, from two accounts': async (token, key) => {
      const { order: placed, paymentUrl } = await order(token, key)
      await client.scan(paymentUrl)
      const second = await client.payment(token, placed.orderId, true)
      await client.pay(second.paymentUrl)
      await client.pay(paymentUrl, { late: true })
    },
  }

  async function shop(): Promise<void> {
    while (begun < orders) {
      begun += 1
      const habit = drawHabit(random)
      const key = randomUUID()
      try {
        shopping.did[habit] = (shopping.did[habit] ?? 0) + 1
        await act[habit](signToken(jwtSecret, `shopper-${key}`), key)
      } catch (error) {
        if (!(error instanceof Refused) && (error as Error).name !== 'TimeoutError' && !isCutOff(error)) throw error
        const why = (error as Error).message
        shopping.refused[why] = (shopping.refused[why] ?? 0) + 1
      }
    }
  }

  await Promise.all(Array.from({ length: shoppers }, shop))
  return shopping
}

/** The connection ended without an answer. */
const isCutOff = (error: unknown) => error instanceof TypeError && error.message === 'fetch failed'

function drawHabit(random: Random): Habit {
  const all = Object.entries(habits) as [Habit, number][]
  let left = random.below(all.reduce((sum, [, share]) => sum + share, 0))
  for (const [habit, share] of all) {
    if (left < share) return habit
    left -= share
  }
  return 'buy'
}
