import { join } from 'node:path'
import { waitUntil } from '@alipay-checkout/test-support'
import type { AlipayVoice, PaidTrade } from '../load/notifies.ts'
import { measure } from '../measure/meter.ts'
import { medians, summarise } from '../measure/statistics.ts'
import type { BenchSystem } from '../system/bench-system.ts'
import { countRows } from '../system/books.ts'
import { priceFen } from '../system/products.ts'
import { type Checkouts, singleLines } from './measure-checkouts.ts'
import { onSystem } from './on-system.ts'
import { inRounds, loadFigures, middleOf } from './rounds.ts'
import { type Context, describeFailures } from './scenario.ts'

/** Alipay's key and names, for notifies that are made here. */
export function alipayVoice({ dir, environment }: BenchSystem): AlipayVoice {
  return {
    privateKeyFile: join(dir, 'alipay', 'alipay-private-key.pem'),
    appId: environment.ALIPAY_APP_ID ?? '',
    sellerId: environment.ALIPAY_SELLER_ID ?? '',
  }
}

/** Alipay's numbers have 28 digits. */
const tradeNoPrefix = '2026011522001'
let lastTrade = 0

/** Places orders that are ready to be paid, though nobody was sent to Alipay with them, so that it is not asked about them. */
async function placeReadyOrders(system: BenchSystem, orders: number, shoppers: number): Promise<PaidTrade[]> {
  const load = await system.load.ask('placeUnopened', { orders, shoppers, baskets: singleLines })
  if (load.failures.length > 0) throw new Error(`orders could not be placed: ${load.failures[0]}`)
  const ids = load.placed.map(({ orderId }) => orderId)
  const isReady = async () => {
    const held = await countRows(system.databases.orders, 'orders', 'order_id', ids, `status = 'PENDING_PAYMENT'`)
    const expected = await countRows(system.databases.payments, 'payments', 'order_id', ids, `status = 'EXPECTED'`)
    return held === ids.length && expected === ids.length
  }
  await waitUntil(isReady, { what: 'every order can be paid', timeoutMs: 60_000, everyMs: 200 })
  return ids.map(outTradeNo => ({
    outTradeNo,
    tradeNo: `${tradeNoPrefix}${String(++lastTrade).padStart(15, '0')}`,
    totalFen: priceFen,
  }))
}

/** One round: orders are placed before, their notifies signed before; measured is from posting them until all is sold. */
export async function notifyRound(
  system: BenchSystem,
  checkouts: Checkouts,
  { orders, shoppers }: { orders: number; shoppers: number },
) {
  const trades = await placeReadyOrders(system, orders, shoppers)
  await system.load.ask('signNotifies', { voice: alipayVoice(system), trades })
  const { result, cost } = await measure(system, async () => {
    const load = await system.load.ask('postNotifies', { senders: shoppers })
    checkouts.paid += load.done
    checkouts.units += load.done
    await system.untilSold(checkouts.units)
    return load
  })
  return {
    ...loadFigures(result.done, result.elapsedMs, cost),
    answer: { ...summarise(result.answerMs) },
    paid: { ...summarise(result.paidMs) },
    failures: result.failures,
  }
}

/** Notifies of orders that were placed before, posted to the gateway; each counts when its order is PAID. */
export function runNotify(context: Context) {
  const { orders, shoppers, rounds } = context.options
  return onSystem(context, { alipay: false }, async ({ system, checkouts }) => {
    const measured = await inRounds(rounds, async () => {
      const figures = await notifyRound(system, checkouts, { orders, shoppers })
      context.log(`${figures.perSecond} notifies/s to PAID`)
      return figures
    })
    const { perSecond, ...cost } = middleOf(measured)
    return {
      orders,
      shoppers,
      rounds,
      notifiesPerSecond: perSecond,
      latencyMs: {
        success: medians(measured.map(one => one.answer)),
        paid: medians(measured.map(one => one.paid)),
      },
      ...cost,
      marks: [],
      broken: describeFailures(measured.flatMap(one => one.failures)),
    }
  })
}
