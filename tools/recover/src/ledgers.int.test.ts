import { fileURLToPath } from 'node:url'
import { createTestDatabase, withDatabase } from '@alipay-checkout/test-support'
import { expect, it, onTestFinished } from 'vitest'
import type { Config } from './config.ts'
import { openLedgers } from './ledgers.ts'
import { firstOrderIdAt } from './lost-time.ts'
import { queryPayable } from './query-payable.ts'
import { connectServices } from './services.ts'

const migrationsOf = (service: string) =>
  fileURLToPath(new URL(`../../../services/${service}/drizzle`, import.meta.url))

async function openTestLedgers() {
  const [orders, payments] = await Promise.all([
    createTestDatabase('recover_orders', { migrationsFolder: migrationsOf('order-service') }),
    createTestDatabase('recover_payments', { migrationsFolder: migrationsOf('payment-service') }),
  ])
  const urls = {
    ORDER_DATABASE_URL: orders.url,
    PAYMENT_DATABASE_URL: payments.url,
    INVENTORY_DATABASE_URL: orders.url,
  }
  const ledgers = openLedgers(urls as Config)
  onTestFinished(async () => {
    await ledgers.close()
    await Promise.all([orders.drop(), payments.drop()])
  })
  return { ledgers, orders: orders.url, payments: payments.url }
}

const since = new Date('2026-11-28T02:00:00Z')
const until = new Date('2026-11-28T03:00:00Z')
const minutesAfter = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000)

/** An order's id, placed some minutes after the lost time began. */
const placed = (minutes: number, digit: string) =>
  `${firstOrderIdAt(minutesAfter(since, minutes)).slice(0, 16)}${digit.repeat(20)}`

interface Row {
  payment?: 'EXPECTED' | 'CLOSED' | 'PAID'
  attempt?: 'CREATED' | 'OPENED' | 'PAID' | 'CLOSED'
  number?: number
  queriedAt?: Date
  isRefunded?: boolean
  /** Whether payment-service queries it, or closes it at Alipay, later. */
  next?: 'sync' | 'close'
}

async function insert(url: string, orderId: string, row: Row): Promise<string> {
  const { payment = 'EXPECTED', attempt = 'CREATED', number = 1, queriedAt = null, isRefunded = false, next } = row
  const outTradeNo = number === 1 ? orderId : `${orderId}_${number}`
  const paid = attempt === 'PAID' ? { trade_no: `t${outTradeNo}`, paid_at: since, paid_fen: 100 } : {}
  const opened = attempt === 'OPENED' ? { opened_at: since, time_expire: until } : {}
  await withDatabase(url, async sql => {
    const order = {
      ...{ order_id: orderId, customer_id: 'mei', amount_fen: 100, status: payment, expires_at: until },
      paid_out_trade_no: payment === 'PAID' ? outTradeNo : null,
    }
    await sql`insert into payments ${sql(order)} on conflict do nothing`
    const its = { out_trade_no: outTradeNo, order_id: orderId, number, status: attempt, synced_at: queriedAt }
    const due = next ? { [`next_${next}_at`]: until } : {}
    await sql`insert into attempts ${sql({ ...its, ...paid, ...opened, ...due, refunded_before_recorded: isRefunded })}`
  })
  return outTradeNo
}

it('reads every attempt of unpaid orders of the range about which Alipay has not answered since, in pages', async () => {
  const { ledgers, payments } = await openTestLedgers()
  const wanted = [
    await insert(payments, placed(0, '1'), { attempt: 'CREATED' }),
    await insert(payments, placed(1, '2'), { attempt: 'OPENED', queriedAt: minutesAfter(until, -1) }),
    await insert(payments, placed(1, '2'), { attempt: 'CLOSED', number: 2 }),
    await insert(payments, placed(2, '3'), { payment: 'CLOSED', attempt: 'CLOSED' }),
    // Taken for a query by payment-service's job, which may have had no answer.
    await insert(payments, placed(2, '9'), { attempt: 'OPENED', queriedAt: until, next: 'sync' }),
    await insert(payments, placed(2, 'a'), { attempt: 'OPENED', queriedAt: until, next: 'close' }),
  ]
  await insert(payments, placed(3, '4'), { payment: 'PAID', attempt: 'PAID' })
  await insert(payments, placed(4, '5'), { queriedAt: until })
  await insert(payments, placed(5, '6'), { payment: 'CLOSED', attempt: 'CLOSED', isRefunded: true })
  await insert(payments, placed(-1, '7'), {})
  await insert(payments, placed(60, '8'), {})

  const range = { from: firstOrderIdAt(since), to: firstOrderIdAt(until), queriedSince: until }
  expect(await ledgers.countPayable(range)).toBe(wanted.length)
  const read: string[] = []
  let pages = 0
  for (let from: string | undefined = range.from; from !== undefined; pages++) {
    const page = await ledgers.readPayable({ ...range, from }, 2)
    read.push(...page.outTradeNos)
    from = page.next
  }
  expect(read).toEqual(wanted)
  expect(pages).toBe(4)
})

it('says what it has found to query before the first query, so that it can be interrupted', async () => {
  const { ledgers, payments } = await openTestLedgers()
  await insert(payments, placed(1, '1'), {})
  const interrupt = new AbortController()
  const lines: string[] = []
  const log = (line: string) => {
    lines.push(line)
    interrupt.abort()
  }
  // Without a service at this address, a query would fail in another way.
  const services = connectServices({ PAYMENT_SERVICE_URL: 'http://127.0.0.1:1' } as Config)
  const unclear = new Set<string>()
  const queried = queryPayable({ since, until }, { ledgers, services, unclear, signal: interrupt.signal, log })
  await expect(queried).rejects.toThrow('aborted')
  expect(lines).toEqual([
    'payable from 2026-11-28T02:00:00.000Z to 2026-11-28T03:00:00.000Z, attempts to query at Alipay: 1',
  ])
})

it('reads how long an order can be paid, and that a server without a restore knows no moment', async () => {
  const { ledgers, orders } = await openTestLedgers()
  expect(await ledgers.readTtlMs()).toBe(0)
  await withDatabase(orders, async sql => {
    for (const [minutes, digit] of [
      [15, '1'],
      [30, '2'],
    ] as const) {
      const order = {
        ...{ order_id: placed(0, digit), customer_id: 'mei', status: 'RESERVING', total_fen: 100 },
        ...{ created_at: since, expires_at: minutesAfter(since, minutes), updated_at: since },
      }
      await sql`insert into orders ${sql({ ...order, lines: sql.json([]) as never })}`
    }
  })
  expect(await ledgers.readTtlMs()).toBe(30 * 60_000)
  const { moments, now } = await ledgers.readMoments()
  expect(moments).toHaveLength(3)
  for (const { restoredTo, startedAt } of moments) {
    expect(restoredTo).toBeNull()
    expect(startedAt.getTime()).toBeLessThan(now.getTime())
  }
})
