import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { PaymentMethod, PlacedOrder } from '@alipay-checkout/contracts'
import { buyerOf, paymentMethods, targetIfOpened, targetOf } from '@alipay-checkout/launcher'
import { CallFailed, jwt, type OpeningOptions, type SimulatorClient } from '@alipay-checkout/test-support'
import type { Random } from '../random.ts'
import { type ClientLog, orderOf } from './client-log.ts'
import { describeRefusal, ok, type RetryingClient, Unanswered } from './retrying-client.ts'

/** What shoppers do, and in which proportion. */
const habits = {
  buy: 40,
  'buy, then refund a part': 5,
  'buy, then refund all': 5,
  'place twice with one key, then buy': 10,
  'let it expire': 6,
  'open the cashier, then let it expire': 6,
  cancel: 5,
  'open the cashier, then cancel': 5,
  'cancel, then pay': 7,
  'pay from two accounts': 6,
  'switch the method, then buy': 5,
  'pay by two methods': 5,
  'try another customer’s order': 5,
} as const

export type Habit = keyof typeof habits

/** The result of a run of shoppers. */
export interface Shopping {
  /** Orders begun, by habit. */
  did: Partial<Record<Habit, number>>
  /** The same, by the method that was chosen when the order was placed. */
  methods: Partial<Record<PaymentMethod, number>>
  /** Final refusals and how often: expected where stock is short or an order expired. */
  refused: Record<string, number>
}

interface ShoppersOptions {
  client: RetryingClient
  alipay: SimulatorClient
  clientLog: ClientLog
  jwtSecret: string
  skus: readonly string[]
  /** How many shop at the same time. */
  shoppers: number
  random: Random
  /** Chooses methods. A sequence of its own, so that the habits of a seed do not depend on it. */
  randomMethods: Random
  /** Chooses which orders have an address and a note. A sequence of its own for the same reason. */
  randomAddresses: Random
  /** No order is begun after this. */
  stop: AbortSignal
  /** For how long orders will still be begun, ms. */
  leftMs: () => number
}

/** An order that faults delay reaches its state within this, ms, or its shopper gives up. */
const patienceMs = 90_000
const pollEveryMs = 300
/** The longest pause between two orders of a shopper, ms. */
const restMsMax = 400
/** Alipay's link is valid for at least a minute, and an order waits for it: later ones would only prolong the run. */
const expiresAfterMs = 65_000

/** Half of the orders are sent there; the others are collected in the shop. */
const shipTo = {
  ...{ name: '韩梅梅', phone: '13800138000', province: '浙江省', city: '杭州市', district: '西湖区' },
  street: '文三路 1 号',
}

/** Runs shoppers until `stop`: each places orders as new customers, and treats each by a habit drawn at random. */
export async function runShoppers(options: ShoppersOptions): Promise<Shopping> {
  const { clientLog, random, stop } = options
  const shopping: Shopping = { did: {}, methods: {}, refused: {} }
  const act = habitsOf(options, shopping)

  async function shopOnce(): Promise<void> {
    const habit = drawHabit(random, options.leftMs())
    const key = randomUUID()
    shopping.did[habit] = (shopping.did[habit] ?? 0) + 1
    try {
      await act[habit](key)
    } catch (error) {
      if (error instanceof Unanswered) clientLog.unanswered.push(`${habit}: ${error.message}`)
      else if (!(error instanceof CallFailed)) throw error
      const reason = error instanceof CallFailed ? describeRefusal(error) : (error as Error).message
      shopping.refused[reason] = (shopping.refused[reason] ?? 0) + 1
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

function habitsOf(
  { client, alipay, clientLog, jwtSecret, skus, random, randomMethods, randomAddresses }: ShoppersOptions,
  shopping: Shopping,
) {
  const tokenOf = (subject: string) => jwt(subject, { secret: jwtSecret })
  const admin = jwt('load', { role: 'admin', secret: jwtSecret })

  /** Places an order under a key, with `times` parallel requests. */
  async function place(key: string, times = 1): Promise<{ token: string; placed: PlacedOrder }> {
    const customerId = `shopper-${key}`
    const token = tokenOf(customerId)
    const items = [{ sku: random.pick(skus), quantity: 1 + random.below(3) }]
    const method = randomMethods.pick(paymentMethods)
    const address = randomAddresses.below(2) === 0 ? { shipTo, note: 'Please ring twice' } : {}
    const fields = { paymentMethod: method, ...buyerOf(method), ...address }
    shopping.methods[method] = (shopping.methods[method] ?? 0) + 1
    clientLog.begin({ key, customerId, token, items, fields })
    const answers = await Promise.all(
      Array.from({ length: times }, async () => {
        const answer = await client.placeOrder(token, items, { key, fields })
        clientLog.answered(key, answer)
        return answer
      }),
    )
    return { token, placed: orderOf(answers[0] as (typeof answers)[number]) }
  }

  async function untilOrder(token: string, orderId: string, wanted: string[]): Promise<void> {
    const giveUpAtMs = performance.now() + patienceMs
    for (;;) {
      const answer = await client.readOrder(token, orderId)
      if (answer.status === 404) clientLog.missing.push(orderId)
      const { orderStatus } = (await ok(Promise.resolve(answer))).body
      if (wanted.includes(orderStatus)) return
      if (performance.now() > giveUpAtMs || ['REJECTED', 'EXPIRED'].includes(orderStatus)) {
        throw new CallFailed('the order', { status: 0, text: `${orderStatus} instead of ${wanted.join(' or ')}` })
      }
      await pause(pollEveryMs)
    }
  }

  /** Places an order, and returns it with Alipay's link once its stock is reserved. */
  async function order(key: string, times = 1) {
    const { token, placed } = await place(key, times)
    const { orderId } = placed.order
    await untilOrder(token, orderId, ['PENDING_PAYMENT'])
    const { method } = placed.payment
    // Where payment-service or Alipay did not answer in time, the answer has only the shop's own link.
    const target = targetIfOpened(placed.payment) ?? (await open(token, orderId, method))
    return { token, orderId, method, target, items: placed.order.items }
  }

  async function open(token: string, orderId: string, method: PaymentMethod, more: OpeningOptions = {}) {
    return targetOf(await client.openPayment(token, orderId, { method, ...buyerOf(method), ...more }))
  }

  /** Another method than the order was placed with. */
  const other = (method: PaymentMethod) => randomMethods.pick(paymentMethods.filter(one => one !== method))

  /** The same, paid. */
  async function bought(key: string) {
    const one = await order(key)
    await alipay.pay(one.target)
    await untilOrder(one.token, one.orderId, ['PAID'])
    return one
  }

  const act: Record<Habit, (key: string) => Promise<unknown>> = {
    buy: async key => alipay.pay((await order(key)).target),
    'buy, then refund a part': async key => {
      const { orderId, items } = await bought(key)
      const lines = [{ sku: items[0]?.sku ?? '', quantity: 1 }]
      const body = { lines, returnToStock: random.next() < 0.5, reason: 'load' }
      await ok(client.requestRefund(admin, orderId, body, key))
    },
    'buy, then refund all': async key => {
      const { orderId } = await bought(key)
      await ok(client.requestRefund(admin, orderId, { reason: 'load' }, key))
    },
    'place twice with one key, then buy': async key => alipay.pay((await order(key, 2)).target),
    'let it expire': order,
    'open the cashier, then let it expire': async key => alipay.open((await order(key)).target),
    cancel: async key => {
      const { token, orderId } = await order(key)
      await ok(client.cancelOrder(token, orderId))
    },
    'open the cashier, then cancel': async key => {
      const { token, orderId, target } = await order(key)
      await alipay.open(target)
      await ok(client.cancelOrder(token, orderId))
    },
    'cancel, then pay': async key => {
      const { token, orderId, target } = await order(key)
      await ok(client.cancelOrder(token, orderId))
      await untilOrder(token, orderId, ['CANCELLED'])
      // A mini program's trade was closed: its money was already on its way.
      await alipay.pay(target, { late: true })
    },
    'pay from two accounts': async key => {
      const { token, orderId, method, target } = await order(key)
      await alipay.open(target)
      await alipay.pay(await open(token, orderId, method, { anotherPayer: true }))
      await alipay.pay(target, { late: true })
    },
    'switch the method, then buy': async key => {
      const { token, orderId, method, target } = await order(key)
      if (random.next() < 0.5) await alipay.open(target)
      await alipay.pay(await open(token, orderId, other(method)))
    },
    'pay by two methods': async key => {
      const { token, orderId, method, target } = await order(key)
      await alipay.pay(await open(token, orderId, other(method)))
      await alipay.pay(target, { late: true })
    },
    'try another customer’s order': key => trespass(key),
  }

  /** Another customer, a forged token and a customer on an admin route are refused; then the owner pays. */
  async function trespass(key: string): Promise<void> {
    const { orderId, target } = await order(key)
    const otherCustomer = tokenOf(`stranger-${key}`)
    const forged = jwt(`shopper-${key}`, { secret: 'a-secret-that-is-not-the-shops' })
    const tries: [token: string, method: 'GET' | 'POST', path: string, expected: number][] = [
      [otherCustomer, 'GET', `/api/orders/${orderId}`, 404],
      [otherCustomer, 'POST', `/api/orders/${orderId}/cancel`, 404],
      [otherCustomer, 'POST', `/api/admin/orders/${orderId}/refunds`, 403],
      [forged, 'GET', `/api/orders/${orderId}`, 401],
    ]
    for (const [token, method, path, expected] of tries) {
      const body = path.includes('/admin/') ? { reason: 'not mine' } : {}
      const { status } = await client.request(method, path, method === 'GET' ? { token } : { token, body })
      clientLog.trespassesTried += 1
      if (status !== expected) clientLog.trespasses.push(`${method} ${path} answered ${status} instead of ${expected}`)
    }
    await alipay.pay(target)
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
