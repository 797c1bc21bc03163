import { residentMiB } from '../measure/memory.ts'
import { round, summarise } from '../measure/statistics.ts'
import { singleLines } from './measure-checkouts.ts'
import { onSystem } from './on-system.ts'
import { below, type Context, describeFailures } from './scenario.ts'

const sockets = 2_000
const pushMarkMs = 1_000

/** Many result pages wait on WebSockets; every one must hear of its payment at once. */
export function runPush(context: Context) {
  const { shoppers } = context.options
  return onSystem(context, {}, async ({ system, checkouts }) => {
    const gatewayMiB = () => residentMiB(system.processes()).gateway ?? 0
    const { placed, failures } = await system.load.ask('place', { orders: sockets, shoppers, baskets: singleLines })
    const before = gatewayMiB()
    await system.load.ask('openPages', placed)
    const waiting = gatewayMiB()
    context.log(`${placed.length} sockets wait, gateway ${before} → ${waiting} MiB`)
    const load = await system.load.ask('payWatched', { orders: placed, payers: shoppers })
    await system.load.ask('closePages', null)
    checkouts.paid += load.done
    checkouts.units += load.done
    await system.untilSold(checkouts.units)
    const push = summarise(load.pushMs)
    return {
      sockets: placed.length,
      payers: shoppers,
      pushMs: push,
      late: load.pushMs.filter(ms => ms > pushMarkMs).length,
      gatewayMiB: { before, waiting },
      kibPerSocket: round(((waiting - before) * 1024) / placed.length),
      marks: [below('payment → page told, the slowest of all pages, ms', push.max, pushMarkMs)],
      broken: describeFailures([...failures, ...load.failures]),
    }
  })
}
