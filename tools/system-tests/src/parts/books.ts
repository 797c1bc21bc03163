import postgres from 'postgres'
import { system } from './system.ts'

/** Where the units of a SKU are. */
export interface StockLevel {
  available: number
  held: number
  sold: number
  supplied: number
}

/** Everything that the three databases know about one order, row by row. */
export interface OrderRows {
  order: postgres.Row[]
  payment: postgres.Row[]
  attempts: postgres.Row[]
  reservations: postgres.Row[]
  stock: postgres.Row[]
}

/** A look into the three databases. */
export interface Books {
  stockOf(sku: string): Promise<StockLevel>
  reservationsOf(orderId: string): Promise<Record<string, string>>
  ordersOf(customerId: string): Promise<{ order_id: string; status: string; total_fen: number }[]>
  /** What order-service sells a SKU for, fen; undefined while it does not know it. */
  shopPriceOf(sku: string): Promise<number | undefined>
  paymentStatusOf(orderId: string): Promise<string | undefined>
  /** How the notifies of a trade were judged, one entry for each kept row. */
  verdictsOf(outTradeNo: string): Promise<string[]>
  /** All rows of an order, to be compared with those of another moment. */
  rowsOf(orderId: string): Promise<OrderRows>
  /** A checksum of what only somebody with a right may change: which orders there are, what is on sale, what was decided. */
  fingerprint(): Promise<Record<string, string>>
  /** Keeps inventory from answering for a SKU until the function given back is called. */
  holdVerdictsFor(sku: string): Promise<() => Promise<void>>
  /** Keeps payment-service from changing an order's payment until the function given back is called. */
  holdPayment(orderId: string): Promise<() => Promise<void>>
  /** Whether somebody waits for a row of payment-service's that is locked. */
  isPaymentWaitedFor(): Promise<boolean>
  /** Takes an order's row away from order-service until the function given back is called. */
  hideOrder(orderId: string): Promise<() => Promise<void>>
  /** Makes each new row with this text in a column fail, in one of the databases, until the function given back is called. */
  refuseRows(refused: {
    database: 'orders' | 'payments'
    table: string
    column: string
    text: string
  }): Promise<() => Promise<void>>
  close(): Promise<void>
}

export function openBooks(): Books {
  const orders = connect(system.databases.orders)
  const payments = connect(system.databases.payments)
  const inventory = connect(system.databases.inventory)
  return {
    async stockOf(sku) {
      const [level] = await inventory<StockLevel[]>`
        select available, reserved as held, sold, supplied from stock_levels where sku = ${sku}`
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
      return rows.map(row => ({ ...row })) as Awaited<ReturnType<Books['ordersOf']>>
    },
    async shopPriceOf(sku) {
      const [row] = await orders`select price_fen from products where sku = ${sku}`
      return row?.price_fen
    },
    async paymentStatusOf(orderId) {
      const [row] = await payments`select status from payments where order_id = ${orderId}`
      return row?.status
    },
    async verdictsOf(outTradeNo) {
      const rows = await payments`
        select verdict from notifies where out_trade_no = ${outTradeNo} order by received_at`
      return rows.map(({ verdict }) => verdict)
    },
    async rowsOf(orderId) {
      const [order, payment, attempts, reservations, stock] = await Promise.all([
        orders`select * from orders where order_id = ${orderId}`,
        payments`select * from payments where order_id = ${orderId}`,
        // Without when Alipay is asked about them next: that goes on by itself.
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
    holdVerdictsFor: sku => hold(inventory, tx => tx`select from stock_levels where sku = ${sku} for update`),
    holdPayment: orderId => hold(payments, tx => tx`select from payments where order_id = ${orderId} for update`),
    async isPaymentWaitedFor() {
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
    async refuseRows({ database, table, column, text }) {
      const sql = { orders, payments }[database]
      const name = sql(`${table}_refuses`)
      // A constraint takes no parameter.
      const literal = sql.unsafe(`'${text.replaceAll("'", "''")}'`)
      await sql`alter table ${sql(table)} add constraint ${name} check (${sql(column)} <> ${literal}) not valid`
      return async () => {
        await sql`alter table ${sql(table)} drop constraint ${name}`
      }
    },
    async close() {
      await Promise.all([orders, payments, inventory].map(sql => sql.end({ timeout: 5 })))
    },
  }
}

/** Runs a statement that locks rows, and keeps them locked until the function given back is called. */
async function hold(sql: postgres.Sql, lock: (tx: postgres.TransactionSql) => Promise<unknown>) {
  const held = Promise.withResolvers<void>()
  const letGo = Promise.withResolvers<void>()
  const holding = sql.begin(async tx => {
    await lock(tx)
    held.resolve()
    await letGo.promise
  })
  holding.catch(held.reject)
  await held.promise
  return async () => {
    letGo.resolve()
    await holding
  }
}

function connect(url: string): postgres.Sql {
  // Postgres' 8-byte integers come as texts otherwise; ours are far below what a number can hold.
  const numbers = { to: 20, from: [20], parse: Number, serialize: String }
  return postgres(url, { max: 3, onnotice: () => {}, types: { numbers } }) as unknown as postgres.Sql
}
