import { createTestDatabase, startProcess, type TestDatabase, waitUntil } from '@alipay-checkout/test-support'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openShop } from './shop.ts'
import { createWarehouseTables, type LineUnits, openDatabase, type ParcelStatus } from './tables.ts'
import { startTestShop, type TestShop } from './test-shop.ts'
import { makeDue, newOrderId, orderPaid, orderRefunded, readParcel, twoOfTea } from './test-warehouse.ts'
import { createWorker, type Step, steps, type Worker, type WorkerOptions } from './worker.ts'

let database: TestDatabase
let sql: postgres.Sql
let shop: TestShop
beforeAll(async () => {
  database = await createTestDatabase('fulfilment')
  sql = openDatabase(database.url)
  await createWarehouseTables(sql)
  shop = await startTestShop()
})
afterAll(async () => {
  await shop?.close()
  await sql?.end()
  await database?.drop()
})

/** An order that is paid in the shop and known to the warehouse. */
async function paidOrder(lines: LineUnits[] = twoOfTea, options: { hasAddress?: boolean } = {}): Promise<string> {
  const orderId = newOrderId()
  shop.pay(orderId, lines, options)
  await orderPaid(sql, orderId, lines)
  return orderId
}

/** A worker in this process, with what it prints. It is stopped at the end of the test. */
function startWorker(options: Partial<WorkerOptions> = {}) {
  const printed: string[] = []
  const warnings: string[] = []
  const worker = createWorker({
    sql,
    shop: openShop(shop.url, () => 'a-token'),
    print: line => printed.push(line),
    warn: line => warnings.push(line),
    ...options,
  })
  onTestFinished(() => worker.stop())
  worker.start()
  return { printed, warnings, worker }
}

const untilStatus = (orderId: string, status: ParcelStatus) =>
  waitUntil(async () => (await readParcel(sql, orderId)).status === status, { what: `the parcel is ${status}` })

const endOpenTransactions = () => sql`
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and state = 'idle in transaction'`

/** Ends the pauses between tries until the parcel is shipped. */
async function untilShippedAtOnce(orderId: string, worker: Worker): Promise<void> {
  const retry = setInterval(() => void makeDue(sql).then(worker.wake), 50)
  await untilStatus(orderId, 'SHIPPED').finally(() => clearInterval(retry))
}

const one: LineUnits[] = [{ sku: 'tea-01', quantity: 1 }]

/** What is known of the parcel in the end: its state, all that has left, and all shipments that the shop lists. */
type Ending = [status: ParcelStatus, left: LineUnits[][], shipments: LineUnits[][]]

// The shop accepts the shipment in the step `report`, so that `dispatch` is the first step after it.
const cancelledUnreported: Ending = ['CANCELLED', [], []]
const cancelledReported: Ending = ['CANCELLED', [], [twoOfTea]]
const shipped: Ending = ['SHIPPED', [twoOfTea], [twoOfTea]]
const shippedLess: Ending = ['SHIPPED', [one], [one]]

const crashes: Record<Step, { restarted: Ending; refundedWhole: Ending; refundedPart: Ending }> = {
  'read recipient': { restarted: shipped, refundedWhole: cancelledUnreported, refundedPart: shippedLess },
  'store label': { restarted: shipped, refundedWhole: cancelledUnreported, refundedPart: shippedLess },
  report: { restarted: shipped, refundedWhole: cancelledUnreported, refundedPart: shippedLess },
  dispatch: { restarted: shipped, refundedWhole: cancelledReported, refundedPart: shipped },
  commit: { restarted: shipped, refundedWhole: cancelledReported, refundedPart: shipped },
  print: {
    restarted: shipped,
    refundedWhole: ['RETURN_EXPECTED', [twoOfTea], [twoOfTea]],
    refundedPart: shipped,
  },
}

/** Kills a process before this step, does what happens until it is restarted, and reads how everything ended. */
async function killBefore(step: Step, meanwhile: (orderId: string) => Promise<unknown>): Promise<Ending> {
  const orderId = await paidOrder()
  const killed = startProcess('examples/fulfilment/src/test-worker-program.ts', {
    env: {
      FULFILMENT_DATABASE_URL: database.url,
      KAFKA_BROKERS: 'unused:9092',
      GATEWAY_URL: shop.url,
      FULFILMENT_TOKEN: 'a-token',
      STOP_BEFORE: step,
    },
  })
  await waitUntil(async () => killed.output().includes('reached'), { what: `the worker comes to "${step}"` })
  killed.kill('SIGKILL')
  await killed.exited
  await meanwhile(orderId)
  await makeDue(sql)
  startWorker()
  await waitUntil(async () => (await readParcel(sql, orderId)).status !== 'TO_SHIP', { what: 'the parcel is done' })
  const { status, left } = await readParcel(sql, orderId)
  return [status as ParcelStatus, left, shop.shipmentsOf(orderId)]
}

it.each(steps)('ships a parcel exactly once when its process is killed before "%s"', async step => {
  expect(await killBefore(step, async () => {})).toEqual(crashes[step].restarted)
})

it.each(steps)(
  'never dispatches after a whole refund that comes while its process is killed before "%s"',
  async step => {
    const ending = await killBefore(step, orderId => orderRefunded(sql, shop.refund(orderId)))
    expect(ending).toEqual(crashes[step].refundedWhole)
  },
)

it.each(steps)('ships what a refund of one unit leaves when its process is killed before "%s"', async step => {
  const ending = await killBefore(step, orderId => orderRefunded(sql, shop.refund(orderId, one)))
  expect(ending).toEqual(crashes[step].refundedPart)
})

it.each(steps)('ships once when a worker is frozen before "%s" and another takes the parcel', async step => {
  const orderId = await paidOrder()
  const frozen = Promise.withResolvers<void>()
  let reached = false
  const { printed } = startWorker({
    beforeStep: at => {
      if (at !== step || reached) return
      reached = true
      return frozen.promise
    },
  })
  onTestFinished(() => frozen.resolve())
  await waitUntil(async () => reached, { what: `the worker comes to "${step}"` })
  // A frozen process loses its locks after 10 s: its connection ends.
  if (step === 'commit') await endOpenTransactions()
  await makeDue(sql)
  const second = startWorker()
  await untilStatus(orderId, 'SHIPPED')
  frozen.resolve()
  await untilStatus(orderId, 'SHIPPED')
  await second.worker.stop()
  await waitUntil(async () => printed.length + second.printed.length === 1, { what: 'the line is printed' })
  expect((await readParcel(sql, orderId)).left).toEqual([twoOfTea])
  expect(shop.shipmentsOf(orderId)).toEqual([twoOfTea])
})

it('lets a refund that is handled while the shop is asked stop the parcel', async () => {
  const orderId = await paidOrder()
  const accepted = Promise.withResolvers<void>()
  const refunded = Promise.withResolvers<void>()
  const { printed } = startWorker({
    beforeStep: step => {
      if (step !== 'dispatch') return
      accepted.resolve()
      return refunded.promise
    },
  })
  await accepted.promise
  await orderRefunded(sql, shop.refund(orderId))
  refunded.resolve()
  await waitUntil(async () => printed.length > 0, { what: 'the worker is done' })
  expect(printed).toEqual([`${orderId}  not shipped: the order was refunded`])
  expect(await readParcel(sql, orderId)).toMatchObject({ status: 'CANCELLED', left: [] })
})

it('makes a refund wait for a dispatch that is being committed', async () => {
  const orderId = await paidOrder()
  const inside = Promise.withResolvers<void>()
  const commit = Promise.withResolvers<void>()
  startWorker({
    beforeStep: step => {
      if (step !== 'commit') return
      inside.resolve()
      return commit.promise
    },
  })
  await inside.promise
  const refunding = orderRefunded(sql, shop.refund(orderId))
  commit.resolve()
  await refunding
  expect(await readParcel(sql, orderId)).toMatchObject({ status: 'RETURN_EXPECTED', left: [twoOfTea] })
})

it('cancels a parcel whose order the shop has refunded before the warehouse knows', async () => {
  const whole = await paidOrder()
  shop.refund(whole)
  const byLines = await paidOrder()
  shop.refund(byLines, twoOfTea)
  startWorker()
  for (const orderId of [whole, byLines]) {
    await untilStatus(orderId, 'CANCELLED')
    expect((await readParcel(sql, orderId)).left).toEqual([])
  }
})

it('tries again after failures, also when an answer is lost after the shop has accepted', async () => {
  for (const how of ['503', 'answer lost'] as const) {
    const orderId = await paidOrder()
    shop.fail(3, how)
    const { warnings, worker } = startWorker()
    await untilShippedAtOnce(orderId, worker)
    await worker.stop()
    expect(warnings.length).toBeGreaterThan(0)
    expect(shop.shipmentsOf(orderId)).toEqual([twoOfTea])
    expect((await readParcel(sql, orderId)).left).toEqual([twoOfTea])
  }
})

it('reports the same label after the address was deleted between two tries', async () => {
  const orderId = await paidOrder()
  let tries = 0
  const open = openShop(shop.url, () => 'a-token')
  const { worker } = startWorker({
    shop: {
      reportShipment: open.reportShipment,
      readRecipient: async id => {
        tries += 1
        return tries === 1 ? open.readRecipient(id) : {}
      },
    },
    beforeStep: step => {
      if (step === 'dispatch' && tries === 1) throw new Error('the answer was lost')
    },
  })
  await waitUntil(async () => tries === 1, { what: 'the first try' })
  await untilShippedAtOnce(orderId, worker)
  expect(tries).toBeGreaterThan(1)
  expect(shop.shipmentsOf(orderId)).toEqual([twoOfTea])
})

it('ships forty orders once each with three workers, and prints no address', async () => {
  const orderIds = await Promise.all(
    Array.from({ length: 40 }, (_, n) => paidOrder(twoOfTea, { hasAddress: n % 2 === 0 })),
  )
  const workers = [startWorker(), startWorker(), startWorker()]
  await Promise.all(orderIds.map(orderId => untilStatus(orderId, 'SHIPPED')))
  await Promise.all(workers.map(({ worker }) => worker.stop()))
  const lines = workers.flatMap(({ printed }) => printed)
  for (const orderId of orderIds) {
    expect(lines.filter(line => line.startsWith(orderId))).toHaveLength(1)
    expect(shop.shipmentsOf(orderId)).toEqual([twoOfTea])
  }
  expect(lines.join('\n')).toMatch(/SF Express {2}W[0-9A-F]{12}/)
  expect(lines.join('\n')).toContain('Collected at the counter')
  expect(lines.join('\n')).not.toMatch(/李雷|13800138000/)
  const [{ text } = { text: '' }] = await sql<{ text: string }[]>`
    select string_agg(p::text, '') || (select string_agg(d::text, '') from dispatches d) as text from parcels p`
  expect(text).not.toMatch(/李雷|13800138000/)
})
