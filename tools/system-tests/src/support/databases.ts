import { openDatabases } from '@alipay-checkout/test-support'
import type postgres from 'postgres'
import { system } from './system.ts'

/** The stock of a SKU, in units. */
export interface StockLevel {
  available: number
  reserved: number
  sold: number
  supplied: number
}

/** All rows of one order in the three databases. */
export interface OrderRows {
  order: postgres.Row[]
  payment: postgres.Row[]
  attempts: postgres.Row[]
  reservations: postgres.Row[]
  stock: postgres.Row[]
}

/** What tests read from and do to the three databases directly. */
export interface TestedDatabases {
  stockOf(sku: string): Promise<StockLevel>
  reservationsOf(orderId: string): Promise<Record<string, string>>
  ordersOf(customerId: string): Promise<{ order_id: string; status: string; total_fen: number }[]>
  /** The price in order-service's copy of the catalogue, fen; undefined while the product has not arrived there. */
  orderServicePriceOf(sku: string): Promise<number | undefined>
  paymentStatusOf(orderId: string): Promise<string | undefined>
  /** The results of a trade's notifies, one for each stored row. */
  notifyResultsOf(outTradeNo: string): Promise<string[]>
  /** All rows of an order, to compare them before and after. */
  rowsOf(orderId: string): Promise<OrderRows>
  /** Checksums of what only an authorised caller may change: orders, keys, products, stock adjustments, decided cases, refunds. */
  fingerprint(): Promise<Record<string, string>>
  /** Delays inventory-service's stock results for a SKU until the returned function is called. */
  delayStockResultsFor(sku: string): Promise<() => Promise<void>>
  /** Keeps payment-service from changing an order's payment until the returned function is called. */
  lockPayment(orderId: string): Promise<() => Promise<void>>
  /** Whether a transaction of payment-service waits for a lock. */
  isPaymentLockAwaited(): Promise<boolean>
  /** Hides an order's row from order-service until the returned function is called. */
  hideOrder(orderId: string): Promise<() => Promise<void>>
  /** Makes inserting rows with this text in a column fail, until the returned function is called. */
  rejectRows(rejected: {
    database: 'orders' | 'payments'
    table: string
    column: string
    text: string
  }): Promise<() => Promise<void>>
  close(): Promise<void>
}

export function openTestedDatabases(): TestedDatabases {
  const { orders, payments, inventory, close } = openDatabases(system.databases)
  return {
    async stockOf(sku) {
      const [level] = await inventory<StockLevel[]>`
        select available, reserved, sold, supplied from stock_levels where sku = ${sku}`
      if (!level) throw new Error(`there is no stock row for ${sku}`)
      return { ...level }
    },
    async reservationsOf(orderId) {
      const rows = await inventory`select sku, status from reservations where order_id = ${orderId}`
      return Object.fromEntries(rows.map(({ sku, status }) => [sku, status]))
    },
    async ordersOf(customerId) {
      const rows = await orders`
        select order_id, status, total_fen from orders where customer_id = ${customerId} order by order_id`
      return rows.map(row => ({ ...row })) as Awaited<ReturnType<TestedDatabases['ordersOf']>>
    },
    async orderServicePriceOf(sku) {
      const [row] = await orders`select price_fen from products where sku = ${sku}`
      return row?.price_fen
    },
    async paymentStatusOf(orderId) {
      const [row] = await payments`select status from payments where order_id = ${orderId}`
      return row?.status
    },
    async notifyResultsOf(outTradeNo) {
      const rows = await payments`
        select result from notifies where out_trade_no = ${outTradeNo} order by received_at`
      return rows.map(({ result }) => result)
    },
    async rowsOf(orderId) {
      const [order, payment, attempts, reservations, stock] = await Promise.all([
        orders`select * from orders where order_id = ${orderId}`,
        payments`select * from payments where order_id = ${orderId}`,
        // Without the schedule of Alipay queries, which changes by itself.
        payments`
          select out_trade_no, number, status, opened_at, time_expire, trade_no, paid_at, paid_fen, closed_at,
            refunding_fen, refunded_fen
          from attempts where order_id = ${orderId} order by number`,
        inventory`select * from reservations where order_id = ${orderId} order by sku`,
        inventory`select * from stock_levels where sku in (
          select sku from reservations where order_id = ${orderId}) order by sku`,
      ])
      return {
        order: [...order],
        payment: [...payment],
        attempts: [...attempts],
        reservations: [...reservations],
        stock: [...stock],
      }
    },
    async fingerprint() {
      const sum = async (sql: postgres.Sql, rows: string) => {
        const [row] = await sql.unsafe(
          `select coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') as sum from (${rows}) t`,
        )
        return String(row?.sum)
      }
      return {
        orders: await sum(orders, 'select order_id, customer_id, total_fen, lines from orders'),
        keys: await sum(orders, 'select customer_id, key, order_id from idempotency_keys'),
        products: await sum(inventory, 'select * from products'),
        adjustments: await sum(inventory, 'select * from stock_adjustments'),
        decided: await sum(payments, `select case_id, status from cases where status <> 'OPEN'`),
        asked: await sum(payments, `select refund_id from refunds where reason = 'requested'`),
      }
    },
    delayStockResultsFor: sku =>
      lockUntilReleased(inventory, tx => tx`select from stock_levels where sku = ${sku} for update`),
    lockPayment: orderId =>
      lockUntilReleased(payments, tx => tx`select from payments where order_id = ${orderId} for update`),
    async isPaymentLockAwaited() {
      const rows = await payments`
        select from pg_locks where not granted and pid in (
          select pid from pg_stat_activity where datname = current_database())`
      return rows.length > 0
    },
    async hideOrder(orderId) {
      const away = `${orderId}-away`
      await orders`update orders set order_id = ${away} where order_id = ${orderId}`
      return async () => {
        await orders`update orders set order_id = ${orderId} where order_id = ${away}`
      }
    },
    async rejectRows({ database, table, column, text }) {
      const sql = { orders, payments }[database]
      const name = sql(`${table}_rejects`)
      // A constraint takes no parameter.
      const literal = sql.unsafe(`'${text.replaceAll("'", "''")}'`)
      await sql`alter table ${sql(table)} add constraint ${name} check (${sql(column)} <> ${literal}) not valid`
      return async () => {
        await sql`alter table ${sql(table)} drop constraint ${name}`
      }
    },
    close,
  }
}

/** Runs a statement that locks rows, and keeps them locked until the returned function is called. */
async function lockUntilReleased(sql: postgres.Sql, lock: (tx: postgres.TransactionSql) => Promise<unknown>) {
  const locked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const transaction = sql.begin(async tx => {
    await lock(tx)
    locked.resolve()
    await released.promise
  })
  transaction.catch(locked.reject)
  await locked.promise
  return async () => {
    released.resolve()
    await transaction
  }
}
