import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '@alipay-checkout/test-support'
import postgres from 'postgres'
import type { DatabaseUrls } from './databases.ts'

/** The databases of a healthy shop, in which tests make changes that no service would make. */
export interface TestShop {
  urls: DatabaseUrls
  orders: postgres.Sql
  payments: postgres.Sql
  inventory: postgres.Sql
  /** Drops constraints, so that the databases accept every change: the audit must not rely on them. */
  dropConstraints(): Promise<void>
  /** Restores the healthy shop. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** The id of an order of the test shop. */
export const orderId = (name: string) => `ord_${createHash('md5').update(name).digest('hex')}`

interface TestRefund {
  amountFen: number
  reason?: string
  status?: string
}

interface TestOrder {
  status: string
  stock: string
  /** In order of their numbers; a paid one has the refunds of its trade. */
  attempts: { status: string; refunds?: TestRefund[] }[]
  returned?: number
}

const priceFen = 500
const quantity = 2
export const totalFen = priceFen * quantity
const sku = 'tea'

/** An order of each settled kind. */
const healthyShop: Record<string, TestOrder> = {
  paid: { status: 'PAID', stock: 'COMMITTED', attempts: [{ status: 'PAID' }] },
  waiting: { status: 'PENDING_PAYMENT', stock: 'RESERVED', attempts: [{ status: 'OPENED' }] },
  expired: { status: 'EXPIRED', stock: 'RELEASED', attempts: [{ status: 'CLOSED' }] },
  rejected: { status: 'REJECTED', stock: 'REJECTED', attempts: [{ status: 'CLOSED' }] },
  refunded: {
    status: 'REFUNDED',
    stock: 'COMMITTED',
    attempts: [{ status: 'PAID', refunds: [{ amountFen: 400 }, { amountFen: 600 }] }],
    returned: 1,
  },
  twice: {
    status: 'PAID',
    stock: 'COMMITTED',
    attempts: [{ status: 'PAID' }, { status: 'PAID', refunds: [{ amountFen: totalFen, reason: 'second_payment' }] }],
  },
  late: {
    status: 'CANCELLED',
    stock: 'RELEASED',
    attempts: [{ status: 'PAID', refunds: [{ amountFen: totalFen, reason: 'late_payment' }] }],
  },
  partly: {
    status: 'PAID',
    stock: 'COMMITTED',
    attempts: [
      { status: 'CLOSED' },
      {
        status: 'PAID',
        refunds: [
          { amountFen: 300 },
          { amountFen: 300, status: 'FAILED' },
          { amountFen: 100, status: 'AWAITING_APPROVAL' },
          { amountFen: 200, status: 'REJECTED' },
        ],
      },
    ],
  },
}

export async function openTestShop(): Promise<TestShop> {
  const made: TestDatabase[] = []
  const open = async (service: string) => {
    const migrationsFolder = fileURLToPath(new URL(`../../../services/${service}/drizzle`, import.meta.url))
    const database = await createTestDatabase('audit', { migrationsFolder })
    made.push(database)
    return postgres(database.url, { max: 1, onnotice: () => {} })
  }
  const orders = await open('order-service')
  const payments = await open('payment-service')
  const inventory = await open('inventory-service')
  const [ordersUrl = '', paymentsUrl = '', inventoryUrl = ''] = made.map(({ url }) => url)
  const connections = { orders, payments, inventory }
  for (const [name, order] of Object.entries(healthyShop)) await addOrder(connections, name, order)
  await orders`
    insert into idempotency_keys (customer_id, key, request_hash, locked_until, response_status, created_at)
    values ('ann', 'key-sold-out', 'hash', now(), 409, now())`
  await addStock(connections)
  await Promise.all([save(orders), save(payments), save(inventory)])
  return {
    ...connections,
    urls: { orders: ordersUrl, payments: paymentsUrl, inventory: inventoryUrl },
    async dropConstraints() {
      for (const sql of [orders, payments, inventory]) await dropConstraints(sql)
    },
    reset: () => Promise.all([restore(orders), restore(payments), restore(inventory)]).then(() => {}),
    async close() {
      await Promise.all([orders, payments, inventory].map(sql => sql.end({ timeout: 5 })))
      for (const database of made) await database.drop()
    },
  }
}

const tablesOf = async (sql: postgres.Sql) => {
  const rows = await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`
  return rows.map(({ name }) => name)
}

/** Drops check constraints and foreign keys of all tables. */
async function dropConstraints(sql: postgres.Sql): Promise<void> {
  const rows = await sql<{ statement: string }[]>`
    select format('alter table %s drop constraint %I;', conrelid::regclass, conname) as statement
    from pg_constraint where contype in ('c', 'f') and connamespace = 'public'::regnamespace`
  await sql.unsafe(rows.map(({ statement }) => statement).join(' '))
}

/** Copies all tables, to restore them. */
async function save(sql: postgres.Sql): Promise<void> {
  const copies = (await tablesOf(sql)).map(name => `create table saved.${name} as table public.${name};`)
  await sql.unsafe(`create schema saved; ${copies.join(' ')}`)
}

/**
 * Restores all tables. Foreign keys are not checked meanwhile, so that their order does not matter. TRUNCATE would take
 * longer than DELETE for so few rows, because it replaces the files of tables and indexes.
 */
async function restore(sql: postgres.Sql): Promise<void> {
  const names = await tablesOf(sql)
  const restored = names.map(
    name => `delete from public.${name}; insert into public.${name} select * from saved.${name};`,
  )
  await sql.unsafe(`
    set session_replication_role = replica;
    ${restored.join(' ')}
    set session_replication_role = origin;`)
}

type Connections = Pick<TestShop, 'orders' | 'payments' | 'inventory'>

async function addOrder({ orders, payments, inventory }: Connections, name: string, order: TestOrder): Promise<void> {
  const id = orderId(name)
  const at = new Date(Date.now() - 3_600_000)
  const line = { sku, title: 'Tea', unitPriceFen: priceFen, quantity }
  const number = (index: number) => (index === 0 ? id : `${id}_${index + 1}`)
  const isOwn = ({ status, refunds = [] }: TestOrder['attempts'][0]) =>
    status === 'PAID' && refunds.every(({ reason = 'requested' }) => reason === 'requested')
  const own = order.attempts.findIndex(isOwn)
  const payment = {
    outTradeNo: number(own),
    tradeNo: `trade-${number(own)}`,
    amountFen: totalFen,
    paidAt: at.toISOString(),
  }
  const expiresAt = new Date(Date.now() + (order.status === 'PENDING_PAYMENT' ? 600_000 : -600_000))
  await orders`
    insert into orders ${orders({
      order_id: id,
      customer_id: 'ann',
      status: order.status,
      total_fen: totalFen,
      lines: orders.json([line]),
      payment: own < 0 ? null : orders.json(payment),
      refunded_fen: own < 0 ? 0 : refundedFen(order.attempts[own]),
      created_at: at,
      expires_at: expiresAt,
      updated_at: at,
    })}`
  await orders`
    insert into idempotency_keys (customer_id, key, request_hash, order_id, locked_until, created_at)
    values ('ann', ${`key-${name}`}, 'hash', ${id}, ${at}, ${at})`
  const paid = order.attempts.findIndex(({ status }) => status === 'PAID')
  const open = order.attempts.some(({ status }) => status === 'OPENED')
  await payments`
    insert into payments ${payments({
      order_id: id,
      customer_id: 'ann',
      amount_fen: totalFen,
      status: paid >= 0 ? 'PAID' : open ? 'EXPECTED' : 'CLOSED',
      paid_out_trade_no: paid >= 0 ? number(paid) : null,
      expires_at: expiresAt,
      created_at: at,
      updated_at: at,
    })}`
  for (const [index, { status, refunds = [] }] of order.attempts.entries()) {
    const isPaid = status === 'PAID'
    await payments`
      insert into attempts ${payments({
        out_trade_no: number(index),
        order_id: id,
        number: index + 1,
        status,
        opened_at: at,
        time_expire: expiresAt,
        trade_no: isPaid ? `trade-${number(index)}` : null,
        paid_at: isPaid ? at : null,
        paid_fen: isPaid ? totalFen : null,
        refunding_fen: fenOf(refunds, ({ status = 'SUCCEEDED' }) => status !== 'FAILED' && status !== 'REJECTED'),
        refunded_fen: refundedFen({ refunds }),
        updated_at: at,
      })}`
    for (const [count, { amountFen, reason = 'requested', status: refundStatus = 'SUCCEEDED' }] of refunds.entries()) {
      await addRefund(payments, {
        id: `ref-${number(index)}-${count}`,
        orderId: id,
        outTradeNo: number(index),
        amountFen,
        reason,
        status: refundStatus,
        at,
      })
    }
  }
  await inventory`
    insert into reservations ${inventory({
      order_id: id,
      sku,
      quantity,
      returned: order.returned ?? 0,
      status: order.stock,
      updated_at: at,
    })}`
}

/** How much of a trade was refunded. */
const refundedFen = ({ refunds = [] }: { refunds?: TestRefund[] } = {}) =>
  fenOf(refunds, ({ status = 'SUCCEEDED' }) => status === 'SUCCEEDED')

const fenOf = (refunds: readonly TestRefund[], counts: (refund: TestRefund) => boolean) =>
  refunds.filter(counts).reduce((total, { amountFen }) => total + amountFen, 0)

async function addRefund(
  payments: postgres.Sql,
  refund: {
    id: string
    orderId: string
    outTradeNo: string
    amountFen: number
    reason: string
    status: string
    at: Date
  },
): Promise<void> {
  await payments`
    insert into refunds ${payments({
      refund_id: refund.id,
      order_id: refund.orderId,
      out_trade_no: refund.outTradeNo,
      amount_fen: refund.amountFen,
      reason: refund.reason,
      requested_by: 'admin',
      status: refund.status,
      requested_at: refund.at,
      finished_at: refund.status === 'AWAITING_APPROVAL' ? null : refund.at,
      ...(refund.status === 'REJECTED' ? { approved_by: 'another admin', approved_at: refund.at } : {}),
    })}`
  if (refund.status === 'FAILED') {
    await payments`
      insert into cases (case_id, key, kind, order_id, summary, evidence, proposed_action, proposed_why)
      values (${`case-${refund.id}`}, ${refund.id}, 'refund_failed', ${refund.orderId}, 'failed', '{}', 'none', 'why')`
  }
}

async function addStock({ inventory }: Connections): Promise<void> {
  const orders = Object.values(healthyShop)
  const units = (stock: string) => orders.filter(order => order.stock === stock).length * quantity
  const returned = orders.reduce((total, order) => total + (order.returned ?? 0), 0)
  const reserved = units('RESERVED')
  const sold = units('COMMITTED') - returned
  await inventory`insert into products (sku, title, price_fen) values (${sku}, 'Tea', ${priceFen})`
  await inventory`
    insert into stock_levels ${inventory({ sku, available: 100 - reserved - sold, reserved, sold, supplied: 100 })}`
  await inventory`
    insert into stock_adjustments (sku, delta, reason, adjusted_by) values (${sku}, 100, 'delivery', 'admin')`
}
