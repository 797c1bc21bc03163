import { type FloorRound, openFloor } from '../floor/floor.ts'
import { onReferenceMachine, referenceSignsPerSecond } from '../measure/machine.ts'
import type { MachineUse } from '../measure/machine-use.ts'
import { residentMiB } from '../measure/memory.ts'
import { systemCpuMs } from '../measure/meter.ts'
import { countWork, type DatabaseWork, loadStatementCounter } from '../measure/postgres-meter.ts'
import { median, medians, round } from '../measure/statistics.ts'
import { databaseNames, services } from '../system/bench-system.ts'
import type { CheckoutRound } from './measure-checkouts.ts'
import { onSystem, type Stage } from './on-system.ts'
import { atLeast, below, type Context, type Mark, type Verdict } from './scenario.ts'

/** Orders after a pause before measuring again, so that caches and consumers are where they were. */
const rewarmOrders = 300

export interface CheckoutResult extends Verdict {
  orders: number
  shoppers: number
  rounds: number
  floor: Omit<FloorRound, 'cpuMsPerOrder'> & { cpuMsPerOrder: Record<string, number> }
  /** `late`: answers that came before the stock's verdict or Alipay's link was there, in all rounds. */
  system: { ordersPerSecond: number; ordersPerSecondByRound: number[]; settledMs: number; late: number }
  /** How the machine's time was spent while the system worked; `others` and `stolen` disturb. */
  machineUse: Record<string, number>
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
  audited: { orders: number; alipay: string } | 'no'
}

/** Whole checkouts, round by round beside the floor. */
export function runCheckout(context: Context): Promise<CheckoutResult> {
  const { options, machine } = context
  const { orders, shoppers, rounds, quick } = options
  return onSystem(context, {}, async stage => {
    const rounded = await runRounds(context, stage)
    const work = quick ? undefined : await account(stage, { orders, shoppers })
    const startMs = await stage.system.restartServices()
    const figures = sumUp({ ...rounded, startMs, machine, work })
    const broken = rounded.floorIsSound ? [] : ['the floor lost orders']
    return { orders, shoppers, rounds, ...figures, marks: marksOf(figures), broken }
  })
}

interface Rounds {
  systemRounds: CheckoutRound[]
  floorRounds: FloorRound[]
  floorIsSound: boolean
  /** At the end of the last load. */
  memoryMiB: Record<string, number>
}

async function runRounds({ options, log }: Context, { system, checkouts }: Stage): Promise<Rounds> {
  const { orders, shoppers, rounds, quick } = options
  system.pause()
  const floor = await openFloor(system, quick ? { oneByOne: 3, inBatches: 1 } : { oneByOne: 5, inBatches: 2 })
  const measured: Rounds = { systemRounds: [], floorRounds: [], floorIsSound: false, memoryMiB: {} }
  try {
    for (let number = 1; number <= rounds; number++) {
      await system.resume()
      await checkouts.run(rewarmOrders, shoppers)
      const systemRound = await checkouts.run(orders, shoppers)
      measured.memoryMiB = residentMiB(system.processes())
      system.pause()
      const floorRound = await floor.run()
      measured.systemRounds.push(systemRound)
      measured.floorRounds.push(floorRound)
      log(
        `round ${number}: system ${systemRound.ordersPerSecond} orders/s (${describeUse(systemRound.machine)}), floor ${floorRound.ordersPerSecond}, in batches ${floorRound.batchedOrdersPerSecond}`,
      )
    }
    await system.resume()
    return { ...measured, floorIsSound: await floor.isSound() }
  } finally {
    await floor.stop()
  }
}

function describeUse(use: MachineUse | undefined): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return use
    ? `machine ${percent(use.idle)} idle, ${percent(use.others + use.stolen)} lost to others`
    : 'machine unknown'
}

/** A round of its own that is not timed: counting statements costs something. */
async function account(
  { system, checkouts }: Stage,
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
      late: systemRounds.reduce((sum, one) => sum + one.late, 0),
    },
    machineUse: medians(systemRounds.flatMap(one => (one.machine ? [{ ...one.machine }] : []))),
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
