import { withDatabase } from '@alipay-checkout/test-support'

export type Units = { sku: string; quantity: number }[]

/** What the warehouse's database has of an order. */
export interface ParcelRow {
  orderId: string
  status: string
  /** When an event told that all of the order was refunded. */
  refundKnownAt: Date | null
}

/** A parcel that has left. */
export interface DispatchRow {
  orderId: string
  shipmentId: string
  lines: Units
  dispatchedAt: Date
}

export interface WarehouseRows {
  parcels: ParcelRow[]
  dispatches: DispatchRow[]
}

export const readWarehouse = (url: string): Promise<WarehouseRows> =>
  withDatabase(url, async sql => ({
    parcels: await sql<ParcelRow[]>`
      select order_id as "orderId", status, refund_known_at as "refundKnownAt" from parcels`,
    dispatches: await sql<DispatchRow[]>`
      select order_id as "orderId", d.shipment_id as "shipmentId", d.lines, dispatched_at as "dispatchedAt"
      from dispatches d join parcels using (parcel_id)`,
  }))

/** How many parcels have neither left nor been cancelled. */
export const countParcelsToShip = (url: string): Promise<number> =>
  withDatabase(url, async sql => {
    const [row] = await sql<{ n: number }[]>`select count(*)::int as n from parcels where status = 'TO_SHIP'`
    return row?.n ?? 0
  })
