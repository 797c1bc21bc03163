import { call, waitUntil } from '@alipay-checkout/launcher'
import { uuidv7 } from 'uuidv7'
import { withDatabase } from './databases.ts'

/** The result of a reconciliation, as payment-service reports it. */
export interface BillComparison {
  run: { status: string; why: string | null; billPayments: number | null; billRefunds: number | null }
  differences: { kind: string; subject: string; detail: string; status: string }[]
}

const timeoutMs = 60_000
const everyMs = 500

/**
 * Has payment-service compare Alipay's bill of a day with its ledger, as it does each day. The API refuses a day that is
 * not over, so the run is inserted where the daily job inserts it. Its id begins with its time, as the newest run of a day
 * is found by it.
 *
 * @param date in Beijing, `YYYY-MM-DD`; Alipay must have its bill
 * @throws Error when the comparison does not come to an end
 */
export async function compareBill(
  system: { paymentServiceUrl: string; paymentsDatabaseUrl: string; serviceToken: string },
  date: string,
): Promise<BillComparison> {
  const headers = { 'x-service-token': system.serviceToken, 'x-actor': 'tests' }
  const url = `${system.paymentServiceUrl}/reconciliations`
  await withDatabase(
    system.paymentsDatabaseUrl,
    sql => sql`
      insert into reconciliation_runs (run_id, bill_date, status, started_by, next_try_at)
      values (${`run_${uuidv7().replaceAll('-', '')}`}, ${date}, 'WAITING', 'tests', now()) on conflict do nothing`,
  )
  // A run that is requested wakes the reconciler, which takes every run that is due.
  await call('POST', url, { headers, body: { date: '2020-01-01' } })
  return waitUntil(
    async () => {
      const comparison = await call<BillComparison>('GET', `${url}/${date}`, { headers })
      if (comparison.run.status === 'DONE') return comparison
      throw new Error(JSON.stringify(comparison.run))
    },
    { what: `the bill of ${date} is compared`, timeoutMs, everyMs },
  )
}
