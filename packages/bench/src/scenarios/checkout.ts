import { type Floor, type FloorRound, openFloor } from '../floor/floor.ts'
import { onReferenceMachine, referenceSignsPerSecond } from '../measure/machine.ts'
import { residentMiB } from '../measure/memory.ts'
import { systemCpuMs } from '../measure/meter.ts'
import { countWork, type DatabaseWork, loadStatementCounter } from '../measure/postgres-meter.ts'
import { median, medians, round } from '../measure/statistics.ts'
import { type BenchSystem, databaseNames, services, startBenchSystem } from '../system/bench-system.ts'
import { measureStarts } from '../system/replicas.ts'
import { type CheckoutRound, Checkouts, manySkus, plenty } from './measure-checkouts.ts'
import { atLeast, below, type Context, describeBreaks, describeFailures, type Mark, type Verdict } from './scenario.ts'

/** Orders after a pause before measuring again, so that caches and consumers are where they were. */
const rewarmOrders = 300

export interface CheckoutResult extends Verdict {
  orders: number
  shoppers: number
  rounds: number
  floor: Omit<FloorRound, 'cpuMsPerOrder'> & { cpuMsPerOrder: Record<string, number> }
  system: { ordersPerSecond: number; ordersPerSecondByRound: number[]; settledMs: number }
  /** Of the medians. */
  ratio: number
  ratioByRound: number[]
  latencyMs: Record<'place' | 'paidAfterAlipay' | 'checkout', Record<string, number>>
  cpuMsPerOrder: Record<string, number>
  /** Gateway, services and servers together. */
  systemCpuMsPerOrder: number
  /** The same as it would be on a machine of which one core makes 3,900 RSA-2048 signatures a second. */
  systemCpuMsPerOrderAt3900SignsPerSecond: number
  /** Of the CPU time of all processes. */
  loadGeneratorShareOfCpu: number
  statementsPerOrder?: Record<string, number>
  transactionsPerOrder?: Record<string, number>
  walBytesPerOrder: number
  memoryMiB: Record<string, number>
  startMs: Record<string, number>
  audited: { orders: number; alipay: string }
}

/** Whole checkouts, round by round beside the floor. */
export async function runCheckout({ options, machine, log }: Context): Promise<CheckoutResult> {
  const { orders, shoppers, rounds, quick } = options
  const system = await startBenchSystem({ connections: shoppers, log })
  let floor: Floor | undefined
  try {
    await system.stockUp({ skus: manySkus, unitsEach: plenty })
    const checkouts = new Checkouts(system)
    log(`warming up with ${options.warmUp} orders …`)
    await checkouts.run(options.warmUp, shoppers)
    system.pause()
    floor = await openFloor(system, quick ? { oneByOne: 3, inBatches: 1 } : { oneByOne: 5, inBatches: 2 })
    await system.resume()
    const systemRounds: CheckoutRound[] = []
    const floorRounds: FloorRound[] = []
    let memoryMiB: Record<string, number> = {}
    for (let number = 1; number <= rounds; number++) {
      await checkouts.run(rewarmOrders, shoppers)
      const systemRound = await checkouts.run(orders, shoppers)
      memoryMiB = residentMiB(system.processes())
      systemRounds.push(systemRound)
      system.pause()
      const floorRound = await floor.run()
      floorRounds.push(floorRound)
      await system.resume()
      log(
        `round ${number}: system ${systemRound.ordersPerSecond} orders/s, floor ${floorRound.ordersPerSecond}, in batches ${floorRound.batchedOrdersPerSecond}`,
      )
    }
    const floorIsSound = await floor.isSound()
    const work = quick ? undefined : await account(system, checkouts, { orders, shoppers })
    const startMs = await measureStarts(system)
    const books = await system.books()
    const report = await system.audit({ alipay: true })
    const figures = sumUp({ systemRounds, floorRounds, memoryMiB, startMs, machine, work })
    return {
      orders,
      shoppers,
      rounds,
      ...figures,
      audited: { orders: report.orders, alipay: report.alipay },
      marks: marksOf(figures),
      broken: [
        ...describeFailures(checkouts.failures),
        ...(checkouts.paid === books.ordersPaid &&
        checkouts.paid === books.paymentsPaid &&
        checkouts.units === books.unitsSold
          ? []
          : [`${checkouts.paid} orders were seen PAID, but the books say ${JSON.stringify(books)}`]),
        ...(floorIsSound ? [] : ['the floor lost orders']),
        ...describeBreaks(report),
      ],
    }
  } finally {
    await floor?.stop()
    await system.stop()
  }
}

/** A round of its own that is not timed: counting statements costs something. */
async function account(
  system: BenchSystem,
  checkouts: Checkouts,
  { orders, shoppers }: { orders: number; shoppers: number },
): Promise<DatabaseWork> {
  await loadStatementCounter(system.sql)
  await system.restartPostgres()
  await checkouts.run(rewarmOrders, shoppers)
  return countWork(system.sql, databaseNames, async () => (await checkouts.run(orders, shoppers)).done)
}

function sumUp(measured: {
  systemRounds: readonly CheckoutRound[]
  floorRounds: readonly FloorRound[]
  memoryMiB: Record<string, number>
  startMs: Record<string, number>
  machine: Context['machine']
  work: DatabaseWork | undefined
}) {
  const { systemRounds, floorRounds, machine } = measured
  const middle = (pick: (round: CheckoutRound) => number) => round(median(systemRounds.map(pick)))
  const latency = (name: 'place' | 'paidAfterAlipay' | 'checkout') =>
    medians(systemRounds.map(one => ({ ...one[name] })))
  const floorMiddle = (pick: (round: FloorRound) => number) => round(median(floorRounds.map(pick)))
  const cpuMsPerOrder = medians(systemRounds.map(one => one.cpuMsPerOrder))
  const ordersPerSecond = middle(one => one.ordersPerSecond)
  const floorOrdersPerSecond = floorMiddle(one => one.ordersPerSecond)
  const allCpuMs = Object.values(cpuMsPerOrder).reduce((sum, ms) => sum + ms, 0)
  const systemCpuMsPerOrder = systemCpuMs(cpuMsPerOrder)
  return {
    floor: {
      ordersPerSecond: floorOrdersPerSecond,
      batchedOrdersPerSecond: floorMiddle(one => one.batchedOrdersPerSecond),
      walBytesPerOrder: floorMiddle(one => one.walBytesPerOrder),
      cpuMsPerOrder: medians(floorRounds.map(one => one.cpuMsPerOrder)),
    },
    system: {
      ordersPerSecond,
      ordersPerSecondByRound: systemRounds.map(one => one.ordersPerSecond),
      settledMs: middle(one => one.settledMs),
    },
    ratio: round(ordersPerSecond / floorOrdersPerSecond),
    ratioByRound: systemRounds.map((one, index) => round(one.ordersPerSecond / floorRounds[index]!.ordersPerSecond)),
    latencyMs: { place: latency('place'), paidAfterAlipay: latency('paidAfterAlipay'), checkout: latency('checkout') },
    cpuMsPerOrder,
    systemCpuMsPerOrder,
    systemCpuMsPerOrderAt3900SignsPerSecond: onReferenceMachine(systemCpuMsPerOrder, machine),
    loadGeneratorShareOfCpu: round((cpuMsPerOrder['load generator'] ?? 0) / allCpuMs),
    ...measured.work,
    walBytesPerOrder: middle(one => one.walBytesPerOrder),
    memoryMiB: measured.memoryMiB,
    startMs: measured.startMs,
  }
}

function marksOf(figures: ReturnType<typeof sumUp>): Mark[] {
  const cpuMark = `system CPU ms per order, scaled to a machine that signs ${referenceSignsPerSecond}/s`
  return [
    atLeast('system ÷ floor', figures.ratio, 0.8),
    below(cpuMark, figures.systemCpuMsPerOrderAt3900SignsPerSecond, 2.5),
    ...services.map(name => below(`memory of ${name}, MiB`, figures.memoryMiB[name] ?? 0, 200)),
    ...services.map(name => below(`start of ${name}, ms`, figures.startMs[name] ?? 0, 1_500)),
  ]
}
