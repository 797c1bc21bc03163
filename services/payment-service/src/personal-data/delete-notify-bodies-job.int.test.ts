import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase, type PaymentDatabase, silent } from '../test-database.ts'
import { createNotifyBodyDeleter } from './delete-notify-bodies-job.ts'

let database: PaymentDatabase

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.drop())
beforeEach(() => database.client.unsafe('truncate notifies, retention_progress, case_trail, cases'))

const run = (retentionDays = 180) =>
  createNotifyBodyDeleter({ db: database.db, retentionDays, logger: silent }).runNow()

/** Notifies that were received so many days ago, evenly until `untilDays` ago. */
const insertNotifies = (name: string, count: number, fromDays: number, untilDays = fromDays) => database.client`
  insert into notifies (notify_id, result, out_trade_no, trade_status, body, received_at)
  select ${name} || n, 'paid', 'ord_' || n, 'TRADE_SUCCESS', 'buyer_logon_id=x' || n,
         now() - (${fromDays}::float8 - (${fromDays}::float8 - ${untilDays}::float8) * n / ${count}::float8) * interval '1 day'
  from generate_series(1, ${count}::int) n`

/** How many notifies whose id begins with `name` still have a body. */
async function bodies(name = ''): Promise<number> {
  const [row] = await database.client<{ count: number }[]>`
    select count(*)::int as count from notifies where body <> '' and starts_with(notify_id, ${name})`
  return row?.count ?? -1
}

async function doneUntil(kind = 'notify_body'): Promise<number | undefined> {
  const [row] = await database.client<{ days: number }[]>`
    select extract(epoch from now() - done_until)::float8 / 86400 as days from retention_progress where kind = ${kind}`
  return row?.days
}

describe('texts of notifies', () => {
  it('are emptied once they are 180 days old, and every other column stays', async () => {
    await insertNotifies('old', 3, 400, 181)
    await insertNotifies('new', 3, 179, 0)
    const facts = () =>
      database.client`select notify_id, result, out_trade_no, trade_status, received_at from notifies order by 1`
    const before = await facts()
    await run()
    expect([await bodies('old'), await bodies('new')]).toEqual([0, 3])
    expect([...(await facts())]).toEqual([...before])
    expect(await doneUntil()).toBeCloseTo(180)
  })

  it('are emptied in steps, whatever number was received at once', async () => {
    await insertNotifies('flood', 2_500, 200)
    await insertNotifies('few', 10, 300, 190)
    await run()
    expect(await bodies()).toBe(0)
  })

  it('are emptied at once with a retention of 0, and after hours with a fraction of a day', async () => {
    await insertNotifies('one', 1, 0.3)
    await run(0.5)
    expect(await bodies()).toBe(1)
    await run(0.25)
    expect(await bodies()).toBe(0)
    await insertNotifies('two', 1, 0)
    await run(0)
    expect(await bodies()).toBe(0)
  })

  it('are not skipped when a step fails: the next run repeats it', async () => {
    await insertNotifies('one', 5, 300, 250)
    await insertNotifies('two', 5, 200, 190)
    const { client } = database
    await client`alter table notifies add constraint fails check (notify_id <> 'two3' or body <> '') not valid`
    try {
      await run()
      expect(await bodies('one')).toBe(0)
      expect(await bodies('two3')).toBe(1)
      expect(await doneUntil()).toBeGreaterThan(194)
    } finally {
      await client`alter table notifies drop constraint fails`
    }
    await run()
    expect(await bodies()).toBe(0)
  })

  it('are not skipped where they are committed late', async () => {
    await insertNotifies('first', 1, 1)
    await database.client.begin(async late => {
      // Its received_at is the start of this transaction.
      await late`
        insert into notifies (notify_id, result, out_trade_no, trade_status, body)
        values ('late', 'paid', 'ord_1', 'TRADE_SUCCESS', 'buyer_logon_id=x')`
      await run(0)
      expect(await bodies('first')).toBe(0)
    })
    expect(await bodies('late')).toBe(1)
    await run(0)
    expect(await bodies()).toBe(0)
  })

  it('are emptied by replicas that run at the same time', async () => {
    await insertNotifies('many', 3_000, 300, 181)
    await Promise.all([run(), run(), run()])
    await run()
    expect(await bodies()).toBe(0)
  })

  it('that are emptied are not read again', async () => {
    const { client } = database
    await insertNotifies('old', 20_000, 400, 181)
    await insertNotifies('new', 20_000, 179, 0)
    await run()
    await client`vacuum analyze notifies`
    await client`select brin_summarize_new_values('notifies_by_age')`
    const [row] = await client`
      explain (analyze, buffers off, costs off, timing off, summary off, format json)
      select ctid from notifies
      where received_at >= (select done_until from retention_progress where kind = 'notify_body')
        and received_at < now() - interval '180 days' and body <> '' limit 1000 for update`
    const plan = JSON.stringify(row)
    expect(plan).toContain('notifies_by_age')
  })
})

describe('the evidence of cases', () => {
  const insertCase = (id: string, resolvedDays: number | null) => database.client`
    insert into cases (case_id, key, kind, status, summary, evidence, proposed_action, proposed_why, resolved_at)
    values (${id}, ${id}, 'amount_mismatch', ${resolvedDays === null ? 'OPEN' : 'RESOLVED'}, 's',
            ${JSON.stringify({ trade: { tradeNo: 'T1', buyerId: '2088' }, notify: { notifyId: 'n', body: 'buyer_id=2088' } })}::jsonb,
            'none', 'w', now() - ${resolvedDays}::float8 * interval '1 day')`

  it('loses its personal values 180 days after the case was resolved', async () => {
    await insertCase('old', 181)
    await insertCase('young', 179)
    await insertCase('open', null)
    await run()
    const rows = await database.client`select case_id, evidence from cases order by 1`
    const whole = { trade: { tradeNo: 'T1', buyerId: '2088' }, notify: { notifyId: 'n', body: 'buyer_id=2088' } }
    expect([...rows]).toEqual([
      { case_id: 'old', evidence: { trade: { tradeNo: 'T1' }, notify: { notifyId: 'n', body: '' } } },
      { case_id: 'open', evidence: whole },
      { case_id: 'young', evidence: whole },
    ])
    expect(await doneUntil('case_evidence')).toBeCloseTo(180)
  })
})
