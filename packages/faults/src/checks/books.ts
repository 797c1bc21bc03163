import { type AuditOptions, type AuditReport, audit } from '@alipay-checkout/audit'
import postgres from 'postgres'

type Urls = AuditOptions['databases']

/** How much of everything there was, by state: what a run really tried. */
export interface Tally {
  orders: Record<string, number>
  trades: Record<string, number>
  refunds: Record<string, number>
  cases: Record<string, number>
}

export async function readTally({ orders, payments }: Urls): Promise<Tally> {
  const count = async (url: string, query: string) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      const rows = await sql.unsafe<{ name: string; n: number }[]>(query)
      return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
    } finally {
      await sql.end({ timeout: 5 })
    }
  }
  return {
    orders: await count(orders, 'select status as name, count(*)::int as n from orders group by 1 order by 1'),
    trades: await count(payments, 'select status as name, count(*)::int as n from attempts group by 1 order by 1'),
    refunds: await count(
      payments,
      `select reason || ' ' || status as name, count(*)::int as n from refunds group by 1 order by 1`,
    ),
    cases: await count(payments, 'select kind as name, count(*)::int as n from cases group by 1 order by 1'),
  }
}

/** States that an order does not stay in. */
const passing = ['RESERVING', 'PENDING_PAYMENT', 'CLOSING', 'REINSTATING']

/**
 * Audits until every order has come to rest and nothing is broken, or the time is over; gives back the last report.
 *
 * @param timeoutMs how long what is on its way may take
 */
export async function auditUntilSettled(
  options: Omit<AuditOptions, 'settleSeconds'>,
  { timeoutMs, everyMs, log }: { timeoutMs: number; everyMs: number; log: (line: string) => void },
): Promise<AuditReport> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    const report = await audit({ ...options, settleSeconds: 0 })
    const { orders } = await readTally(options.databases)
    const open = passing.reduce((sum, status) => sum + (orders[status] ?? 0), 0)
    if ((open === 0 && report.breaks.length === 0) || performance.now() > giveUpAt) return report
    log(`settling: ${open} orders open, ${Object.values(report.counts).reduce((a, b) => a + b, 0)} things on their way`)
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
}
