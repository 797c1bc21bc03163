import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { deleteRows, openTestDatabase, type PaymentDatabase } from '../test-database.ts'
import { requestDailyRuns, requestRun, takeDueRun } from './runs.ts'
import { insertPaidOrder } from './test-reconciliation.ts'

let database: PaymentDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.drop())
afterEach(() => deleteRows(database, ['reconciliation_runs', 'attempts', 'payments']))

/** A time in Beijing on a day of January 2026. */
const onDay = (day: number, time = '10:30') => sql`${`2026-01-${String(day).padStart(2, '0')} ${time}+08`}::timestamptz`
const request = (at: ReturnType<typeof onDay>) => requestDailyRuns(database.db, at)
const days = async (status?: string) =>
  (
    await database.client<{ day: number }[]>`
      select extract(day from bill_date)::integer as day from reconciliation_runs
      where ${status ?? null}::text is null or status = ${status ?? null} order by bill_date`
  ).map(({ day }) => day)
/** Inserts a first payment on this day. */
async function firstPaymentOn(day: number): Promise<void> {
  const { outTradeNo } = await insertPaidOrder(database.client)
  await database.client`
    update payments set created_at = ${`2026-01-${String(day).padStart(2, '0')} 12:00+08`} where order_id = ${outTradeNo}`
}
/** Ends the runs that wait. */
const end = (status: string, finishedAt = '2026-02-01') => database.client`
  update reconciliation_runs set status = ${status}, next_try_at = null, finished_at = ${finishedAt}
  where status = 'WAITING'`

it('requests no day before the first payment', async () => {
  await request(onDay(5))
  expect(await days()).toEqual([])
})

it('requests each day once it is over and its bill can exist, whenever the job runs', async () => {
  await firstPaymentOn(3)
  await request(onDay(3))
  await request(onDay(4, '09:59'))
  expect(await days()).toEqual([])
  await request(onDay(4, '10:00'))
  await request(onDay(4, '23:59'))
  expect(await days()).toEqual([3])
  await request(onDay(5, '00:01'))
  expect(await days()).toEqual([3])
  // The job did not run after ten on the 5th, nor on the 6th.
  await request(onDay(7, '03:00'))
  expect(await days()).toEqual([3, 4, 5])
})

it('requests every day that was missed, oldest first, also after weeks', async () => {
  await firstPaymentOn(1)
  await request(onDay(2))
  await end('DONE')
  await request(onDay(25))
  expect(await days('WAITING')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  await end('DONE')
  await request(onDay(25))
  expect(await days('WAITING')).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24])
  await end('DONE')
  await request(onDay(25))
  expect(await days('WAITING')).toEqual([])
})

it('does not count a run that a person requested before the day was over, or that failed', async () => {
  const { db } = database
  await firstPaymentOn(3)
  await requestRun(db, '2026-01-03', 'ann')
  await end('DONE', '2026-01-03 22:00+08')
  await requestRun(db, '2026-01-04', 'ann')
  await end('GAVE_UP', '2026-01-05 03:00+08')
  await requestRun(db, '2026-01-06', 'ann')
  await end('DONE', '2026-01-07 09:30+08')
  await request(onDay(7))
  expect(await days('WAITING')).toEqual([3, 4, 5])
})

it('requests a bill that could not be fetched again the next day', async () => {
  await firstPaymentOn(3)
  await request(onDay(4))
  await end('GAVE_UP', '2026-01-04 17:00+08')
  await request(onDay(4, '18:00'))
  expect(await days('WAITING')).toEqual([])
  await request(onDay(5, '14:00'))
  expect(await days('WAITING')).toEqual([3, 4])
})

it('requests each day once, however many replicas run', async () => {
  await firstPaymentOn(1)
  await Promise.all(Array.from({ length: 8 }, () => request(onDay(10))))
  expect(await days()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})

it('takes one due run at a time, also with the statistics of an empty table', async () => {
  const { db, client } = database
  await client`vacuum analyze reconciliation_runs`
  for (const day of ['2026-01-02', '2026-01-03', '2026-01-01']) await requestRun(db, day, 'ann')
  expect(await takeDueRun(db, 60)).toMatchObject({ billDate: '2026-01-01' })
  expect(await days('WAITING')).toEqual([2, 3])
})
