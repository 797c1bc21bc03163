import { setTimeout as pause } from 'node:timers/promises'
import type postgres from 'postgres'
import type { Label, Recipient, ReportAnswer, Shop } from './shop.ts'

/** A parcel that a worker has taken. */
interface Parcel {
  parcelId: string
  orderId: string
  tries: number
  carrier: string | null
}

/** The steps of shipping a parcel. A process may die before each and after the last. */
export const steps = ['read recipient', 'store label', 'report', 'dispatch', 'commit', 'print'] as const
export type Step = (typeof steps)[number]

export interface WorkerOptions {
  sql: postgres.Sql
  shop: Shop
  /** Receives a line for each parcel. */
  print: (line: string) => void
  /** Receives why a parcel could not be shipped yet. */
  warn: (line: string) => void
  /** Runs before each step: tests stop a worker there. */
  beforeStep?: (step: Step) => void | Promise<void>
}

export interface Worker {
  start(): void
  /** Looks for parcels at once. */
  wake(): void
  /** Finishes the parcels that it has taken. */
  stop(): Promise<void>
}

/** Parcels that are shipped at the same time. */
const lanes = 4
/** A parcel of a worker that died is taken again after this, s: longer than all calls and statements of one try. */
const leaseSeconds = 30
const pollEveryMs = 1_000
const longestPauseSeconds = 20

/** Ships parcels until it is stopped. Any number of processes may run it. */
export function createWorker({ sql, shop, print, warn, beforeStep = () => {} }: WorkerOptions): Worker {
  let stopping = false
  let rest = new AbortController()
  let running: Promise<unknown> = Promise.resolve()

  function wake(): void {
    rest.abort()
    rest = new AbortController()
  }

  /** Leases a due parcel. The lease holds no lock, so that a refund can cancel the parcel while the shop is called. */
  async function take(): Promise<Parcel | undefined> {
    const [parcel] = await sql<Parcel[]>`
      update parcels set next_try_at = now() + make_interval(secs => ${leaseSeconds}), tries = tries + 1
      where parcel_id = (
        select parcel_id from parcels where status = 'TO_SHIP' and next_try_at <= now()
        order by next_try_at limit 1 for update skip locked)
      returning parcel_id as "parcelId", order_id as "orderId", tries, carrier`
    return parcel
  }

  /** Reports first, and dispatches only what the shop has accepted: README.md says why. */
  async function ship(parcel: Parcel): Promise<void> {
    await beforeStep('read recipient')
    const recipient = await shop.readRecipient(parcel.orderId)
    await beforeStep('store label')
    const label = await storeLabel(sql, parcel, recipient)
    await beforeStep('report')
    const answer = await shop.reportShipment(parcel.orderId, label, parcel.parcelId)
    await beforeStep('dispatch')
    const done = await finish(parcel, answer)
    await beforeStep('print')
    if (done === 'SHIPPED') print(`${parcel.orderId}  ${label.carrier}  ${label.trackingNumber}`)
    if (done === 'CANCELLED') print(`${parcel.orderId}  not shipped: the order was refunded`)
  }

  /** Dispatches the parcel, or cancels it, under the lock that a refund takes too. */
  async function finish({ parcelId }: Parcel, answer: ReportAnswer): Promise<'SHIPPED' | 'CANCELLED' | undefined> {
    return sql.begin(async tx => {
      const [parcel] = await tx<{ status: string }[]>`
        select status from parcels where parcel_id = ${parcelId} for update`
      if (answer.outcome === 'refused') {
        await tx`
          update parcels set status = 'CANCELLED', why_cancelled = ${answer.why}
          where parcel_id = ${parcelId} and status = 'TO_SHIP'`
        return parcel?.status === 'TO_SHIP' ? 'CANCELLED' : undefined
      }
      const { shipmentId, lines } = answer
      // A refund came after the report: the shop lists a shipment that staff find cancelled here.
      if (parcel?.status === 'CANCELLED') {
        await tx`update parcels set shipment_id = ${shipmentId} where parcel_id = ${parcelId}`
        return 'CANCELLED'
      }
      // A worker whose lease was over has come here before.
      if (parcel?.status !== 'TO_SHIP') return undefined
      await tx`
        insert into dispatches (parcel_id, shipment_id, lines) values (${parcelId}, ${shipmentId}, ${tx.json(lines)})`
      await tx`
        update parcels set status = 'SHIPPED', shipment_id = ${shipmentId}, lines = ${tx.json(lines)}
        where parcel_id = ${parcelId}`
      await beforeStep('commit')
      return 'SHIPPED'
    })
  }

  async function tryLater({ parcelId, orderId, tries }: Parcel, error: unknown): Promise<void> {
    const seconds = Math.min(2 ** (tries - 1), longestPauseSeconds)
    warn(`${orderId}: ${messageOf(error)}; try ${tries + 1} follows in ${seconds} s`)
    await sql`
      update parcels set next_try_at = now() + make_interval(secs => ${seconds})
      where parcel_id = ${parcelId} and status = 'TO_SHIP'`
  }

  async function work(): Promise<void> {
    while (!stopping) {
      try {
        const parcel = await take()
        if (parcel === undefined) await pause(pollEveryMs, undefined, { signal: rest.signal }).catch(() => {})
        else await ship(parcel).catch(error => tryLater(parcel, error))
      } catch (error) {
        // The database is away. What was taken is due again when its lease ends.
        warn(`the database: ${messageOf(error)}`)
        if (!stopping) await pause(pollEveryMs)
      }
    }
  }

  return {
    wake,
    start() {
      running = Promise.all(Array.from({ length: lanes }, work))
    },
    async stop() {
      stopping = true
      wake()
      await running
    },
  }
}

/**
 * The label of a parcel, which stays the same in every try: the shop refuses one key with two bodies, and the recipient
 * may be deleted meanwhile. A real warehouse prints the address here.
 */
async function storeLabel(sql: postgres.Sql, parcel: Parcel, { shipTo }: Recipient): Promise<Label> {
  const trackingNumber = `W${parcel.parcelId.slice(-12).toUpperCase()}`
  const carrier = shipTo === undefined ? 'Collected at the counter' : 'SF Express'
  const [stored] = await sql<{ carrier: string; trackingNumber: string }[]>`
    update parcels set carrier = coalesce(carrier, ${carrier}), tracking_number = ${trackingNumber}
    where parcel_id = ${parcel.parcelId} returning carrier, tracking_number as "trackingNumber"`
  if (stored === undefined) throw new Error('the parcel is gone')
  return stored
}

const messageOf = (error: unknown): string => {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message} (${cause.message})` : message
}
