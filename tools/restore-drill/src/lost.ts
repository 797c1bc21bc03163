import { type DatabaseUrls, withDatabase } from '@alipay-checkout/test-support'

/** The rows of each ledger and their state, by their key. */
export interface Inventory {
  orders: Map<string, string>
  payments: Map<string, string>
  attempts: Map<string, string>
  refunds: Map<string, string>
  reservations: Map<string, string>
  notifies: Map<string, string>
  keys: Map<string, string>
}

/** How many rows of a ledger a restore has lost, and how many it has set back to an earlier state. */
export interface Loss {
  rows: number
  setBack: number
}

type Rows = { key: string; state: string }[]
const mapOf = (rows: Rows) => new Map(rows.map(({ key, state }) => [key, state]))

/** Reads what each ledger has. For the drill's own comparison: after a disaster this list does not exist. */
export async function readInventory({ orders, payments, inventory }: DatabaseUrls): Promise<Inventory> {
  const ofOrders = await withDatabase(orders, async sql => ({
    orders: mapOf(await sql<Rows>`select order_id as key, status || refunded_fen as state from orders`),
    keys: mapOf(
      await sql<Rows>`
      select customer_id || ' ' || key as key, (response_status is not null)::text as state from idempotency_keys`,
    ),
  }))
  const ofPayments = await withDatabase(payments, async sql => ({
    payments: mapOf(await sql<Rows>`select order_id as key, status as state from payments`),
    attempts: mapOf(await sql<Rows>`select out_trade_no as key, status as state from attempts`),
    refunds: mapOf(await sql<Rows>`select refund_id as key, status as state from refunds`),
    notifies: mapOf(await sql<Rows>`select notify_id || result as key, '' as state from notifies`),
  }))
  const ofInventory = await withDatabase(inventory, async sql => ({
    reservations: mapOf(
      await sql<Rows>`
      select order_id || ' ' || sku as key, status || returned as state from reservations`,
    ),
  }))
  return { ...ofOrders, ...ofPayments, ...ofInventory }
}

/** Compares the ledgers before the disaster with the restored ones. Pure. */
export function compareInventories(before: Inventory, after: Inventory): Record<keyof Inventory, Loss> {
  const names = Object.keys(before) as (keyof Inventory)[]
  return Object.fromEntries(
    names.map(name => {
      const states = [...before[name]].map(([key, state]) => [state, after[name].get(key)])
      const rows = states.filter(([, now]) => now === undefined).length
      const setBack = states.filter(([was, now]) => now !== undefined && now !== was).length
      return [name, { rows, setBack }]
    }),
  ) as Record<keyof Inventory, Loss>
}
