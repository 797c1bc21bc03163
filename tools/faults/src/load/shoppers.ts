import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { signToken } from '@alipay-checkout/launcher'
import type { Random } from '../random.ts'
import { NotHealed, type PlacedOrder, Refused, type ShopClient } from './shop-client.ts'
import { orderOf, type Witness } from './witness.ts'

/** What shoppers do, and how many of a hundred do it. */
const habits = {
  buy: 40,
  'buy, then get a part back': 5,
  'buy, then get all back': 5,
  'ask twice with one key, then buy': 10,
  'let it expire': 6,
  'begin to pay, then let it expire': 6,
  cancel: 5,
  'begin to pay, then cancel': 5,
  'cancel, then pay all the same': 7,
  'pay twice, from two accounts': 6,
  'look at what is somebody else’s': 5,
} as const

export type Habit = keyof typeof habits

/** What came of a run of shoppers. */
export interface Shopping {
  /** Orders begun, by what was done with them. */
  did: Partial<Record<Habit, number>>
  /** Final refusals, and how often: expected, where stock is short or an order ran out of time. */
  refused: Record<string, number>
}

interface ShoppersOptions {
  client: ShopClient
  witness: Witness
  jwtSecret: string
  skus: readonly string[]
  /** How many are at it at the same time. */
  shoppers: number
  random: Random
  /** No order is begun after this. */
  stop: AbortSignal
  /** How long orders will still be begun, ms. */
  leftMs: () => number
}

/** An order that faults hold up gets where it goes in this time, ms, or its shopper leaves it. */
const patienceMs = 90_000
const lookEveryMs = 300
/** Between two orders of a shopper, ms: a shop in use, not a flood. */
const restMsMax = 400
/** Alipay's link lives for a minute at least, and an order waits for it: later ones would only prolong the run. */
const expiresAfterMs = 65_000

/** Lets shoppers place orders, each by a customer of its own, and do with them what they like, until told to stop. */
export async function runShoppers(options: ShoppersOptions): Promise<Shopping> {
  const { witness, random, stop } = options
  const shopping: Shopping = { did: {}, refused: {} }
  const act = habitsOf(options)

  async function shopOnce(): Promise<void> {
    const habit = drawHabit(random, options.leftMs())
    const key = randomUUID()
    shopping.did[habit] = (shopping.did[habit] ?? 0) + 1
    try {
      await act[habit](key)
    } catch (error) {
      if (error instanceof NotHealed) witness.unhealed.push(`${habit}: ${error.message}`)
      else if (!(error instanceof Refused)) throw error
      const why = (error as Error).message
      shopping.refused[why] = (shopping.refused[why] ?? 0) + 1
    }
  }

  async function shop(): Promise<void> {
    while (!stop.aborted) {
      await shopOnce()
      await pause(random.below(restMsMax), undefined, { signal: stop }).catch(() => {})
    }
  }

  await Promise.all(Array.from({ length: options.shoppers }, shop))
  return shopping
}

function habitsOf({ client, witness, jwtSecret, skus, random }: ShoppersOptions) {
  const admin = signToken(jwtSecret, 'load', 'admin')

  /** Places an order under a key, as many times at once as told, and gives back what came of each. */
  async function place(key: string, times = 1): Promise<{ token: string; placed: PlacedOrder }> {
    const customerId = `shopper-${key}`
    const token = signToken(jwtSecret, customerId)
    const items = [{ sku: random.pick(skus), quantity: 1 + random.below(3) }]
    witness.begin({ key, customerId, token, items })
    const answers = await Promise.all(
      Array.from({ length: times }, async () => {
        const answer = await client.place(token, items, key)
        witness.answered(key, answer)
        return answer
      }),
    )
    return { token, placed: orderOf(answers[0] as (typeof answers)[number]) }
  }

  async function untilOrder(token: string, orderId: string, wanted: string[]): Promise<void> {
    const giveUpAtMs = performance.now() + patienceMs
    for (;;) {
      const { orderStatus } = await client.readOrder(token, orderId).catch(error => {
        if (error instanceof Refused && error.status === 404) witness.missing.push(orderId)
        throw error
      })
      if (wanted.includes(orderStatus)) return
      if (performance.now() > giveUpAtMs || ['REJECTED', 'EXPIRED'].includes(orderStatus)) {
        throw new Refused({ status: 0, text: `${orderStatus} instead of ${wanted.join(' or ')}` })
      }
      await pause(lookEveryMs)
    }
  }

  /** An order whose stock is held, with Alipay's link. */
  async function order(key: string, times = 1) {
    const { token, placed } = await place(key, times)
    const { orderId } = placed.order
    await untilOrder(token, orderId, ['PENDING_PAYMENT'])
    // Where payment-service was late, the shop gave a link of its own.
    const own = new URL(placed.paymentUrl).pathname.startsWith('/pay/')
    const paymentUrl = own ? (await client.payment(token, orderId)).paymentUrl : placed.paymentUrl
    return { token, orderId, paymentUrl, items: placed.order.items }
  }

  /** A paid one. */
  async function bought(key: string) {
    const one = await order(key)
    await client.pay(one.paymentUrl)
    await untilOrder(one.token, one.orderId, ['PAID'])
    return one
  }

  const act: Record<Habit, (key: string) => Promise<unknown>> = {
    buy: async key => client.pay((await order(key)).paymentUrl),
    'buy, then get a part back': async key => {
      const { orderId, items } = await bought(key)
      const lines = [{ sku: items[0]?.sku, quantity: 1 }]
      await client.refund(admin, orderId, { key, lines, returnToStock: random.next() < 0.5, reason: 'load' })
    },
    'buy, then get all back': async key => {
      const { orderId } = await bought(key)
      await client.refund(admin, orderId, { key, reason: 'load' })
    },
    'ask twice with one key, then buy': async key => client.pay((await order(key, 2)).paymentUrl),
    'let it expire': order,
    'begin to pay, then let it expire': async key => client.scan((await order(key)).paymentUrl),
    cancel: async key => {
      const { token, orderId } = await order(key)
      await client.cancel(token, orderId)
    },
    'begin to pay, then cancel': async key => {
      const { token, orderId, paymentUrl } = await order(key)
      await client.scan(paymentUrl)
      await client.cancel(token, orderId)
    },
    'cancel, then pay all the same': async key => {
      const { token, orderId, paymentUrl } = await order(key)
      await client.cancel(token, orderId)
      await untilOrder(token, orderId, ['CANCELLED'])
      await client.pay(paymentUrl)
    },
    'pay twice, from two accounts': async key => {
      const { token, orderId, paymentUrl } = await order(key)
      await client.scan(paymentUrl)
      const second = await client.payment(token, orderId, true)
      await client.pay(second.paymentUrl)
      await client.pay(paymentUrl, { late: true })
    },
    'look at what is somebody else’s': key => trespass(key),
  }

  /** Whatever a stranger tries is refused, or finds nothing; its owner pays for it all the same. */
  async function trespass(key: string): Promise<void> {
    const { orderId, paymentUrl } = await order(key)
    const stranger = signToken(jwtSecret, `stranger-${key}`)
    const forged = signToken('a-secret-that-is-not-the-shops', `shopper-${key}`)
    const tries: [token: string, method: 'GET' | 'POST', path: string, expected: number][] = [
      [stranger, 'GET', `/api/orders/${orderId}`, 404],
      [stranger, 'POST', `/api/orders/${orderId}/cancel`, 404],
      [stranger, 'POST', `/api/admin/orders/${orderId}/refunds`, 403],
      [forged, 'GET', `/api/orders/${orderId}`, 401],
    ]
    for (const [token, method, path, expected] of tries) {
      const body = path.includes('/admin/') ? { reason: 'none of mine' } : {}
      const { status } = await client.tryTo(method, path, method === 'GET' ? { token } : { token, body })
      witness.trespassesTried += 1
      if (status !== expected) witness.trespasses.push(`${method} ${path} answered ${status} instead of ${expected}`)
    }
    await client.pay(paymentUrl)
  }

  return act
}

function drawHabit(random: Random, leftMs: number): Habit {
  const all = (Object.entries(habits) as [Habit, number][]).filter(
    ([habit]) => habit !== 'let it expire' || leftMs > expiresAfterMs,
  )
  let left = random.below(all.reduce((sum, [, share]) => sum + share, 0))
  for (const [habit, share] of all) {
    if (left < share) return habit
    left -= share
  }
  return 'buy'
}
