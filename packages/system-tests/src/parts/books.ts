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
  /** Keeps inventory from answering for a SKU until the function given back is called. */
  holdVerdictsFor(sku: string): Promise<() => Promise<void>>
  /** Takes an order's row away from order-service until the function given back is called. */
  hideOrder(orderId: string): Promise<() => Promise<void>>
  close(): Promise<void>
}

export function openBooks(): Books {
  const orders = connect(system.databases.orders)
  const payments = connect(system.databases.payments)
  const inventory = connect(system.databases.inventory)
  return {
    async stockOf(sku) {
      const [level] = await inventory<StockLevel[]>`
        select available, held, sold, supplied from stock_levels where sku = ${sku}`
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
        payments`select * from attempts where order_id = ${orderId} order by number`,
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
    async holdVerdictsFor(sku) {
      const held = Promise.withResolvers<void>()
      const letGo = Promise.withResolvers<void>()
      const holding = inventory.begin(async tx => {
        await tx`select from stock_levels where sku = ${sku} for update`
        held.resolve()
        await letGo.promise
      })
      holding.catch(held.reject)
      await held.promise
      return async () => {
        letGo.resolve()
        await holding
      }
    },
    async hideOrder(orderId) {
      const away = `${orderId}-away`
      await orders`update orders set order_id = ${away} where order_id = ${orderId}`
      return async () => {
        await orders`update orders set order_id = ${orderId} where order_id = ${away}`
      }
    },
    async close() {
      await Promise.all([orders, payments, inventory].map(sql => sql.end({ timeout: 5 })))
    },
  }
}

function connect(url: string): postgres.Sql {
  // Postgres' 8-byte integers come as texts otherwise; ours are far below what a number can hold.
  const numbers = { to: 20, from: [20], parse: Number, serialize: String }
  return postgres(url, { max: 3, onnotice: () => {}, types: { numbers } }) as unknown as postgres.Sql
}
