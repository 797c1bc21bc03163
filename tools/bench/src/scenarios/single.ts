import { summarise } from '../measure/statistics.ts'
import { priceFen } from '../system/products.ts'
import { singleLines } from './measure-checkouts.ts'
import { alipayVoice } from './notify.ts'
import { onSystem } from './on-system.ts'
import { below, type Context } from './scenario.ts'

const orders = 300

/** One shopper on an idle system: what the shop feels like. */
export function runSingle(context: Context) {
  return onSystem(context, {}, async ({ system, checkouts }) => {
    const faults = `${system.simulatorUrl}/simulator/faults`
    // Its money is Alipay's, its notify comes from the load, which knows when it was sent.
    await fetch(faults, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ notify: 'drop' }),
    })
    const load = await system.load.ask('single', {
      orders,
      basket: singleLines[0]!,
      totalFen: priceFen,
      voice: alipayVoice(system),
    })
    await fetch(faults, { method: 'DELETE' })
    checkouts.paid += orders
    checkouts.units += orders
    await system.untilSold(checkouts.units)
    const place = summarise(load.placeMs)
    const push = summarise(load.pushMs)
    return {
      orders,
      latencyMs: { place, notifyAnswer: summarise(load.notifyAnswerMs), notifyToPush: push },
      marks: [below('POST /api/orders p50, ms', place.p50, 25), below('notify → browser told, p50, ms', push.p50, 15)],
    }
  })
}
