import type { ExportedPayment } from '@alipay-checkout/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockPaidTrade } from '../refunds/paid-trade-store.ts'
import { requestRefund } from '../refunds/request-refund.ts'
import { untilLockWait } from '../test-database.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { callService, newOrderId } from '../test-shop.ts'

let service: TestService
const pseudonym = `erased_${'b'.repeat(32)}`
/** Planted in signed notifies. */
const buyer = {
  buyer_id: '2088777700001111',
  buyer_open_id: 'planted_open_id_0001',
  buyer_logon_id: 'planted***@example.com',
}

beforeAll(async () => {
  service = await startTestService()
}, 60_000)
afterAll(() => service.close())

const erase = (orderIds: string[], change = {}) =>
  callService(service.url, 'POST', '/personal-data/erase', {
    customerId: 'c-1',
    pseudonym,
    by: 'ann',
    orderIds,
    ...change,
  })
const exported = async (orderIds: string[]) =>
  (await callService<{ items: ExportedPayment[] }>(service.url, 'POST', '/personal-data/export', { orderIds })).body
    .items

/** An order that is paid by the planted buyer, after a notify of another amount, which opens a case. */
async function paidOrder(): Promise<string> {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const wrong = { ...buyer, notify_id: `w${orderId.slice(4)}`, total_amount: '1.00' }
  expect((await service.notify(service.signedNotify(orderId, wrong))).text).toBe('failure')
  expect((await service.notify(service.signedNotify(orderId, buyer))).text).toBe('success')
  return orderId
}

/** The tables of payment-service that contain a text in any column of any row. */
async function tablesWith(text: string): Promise<string[]> {
  const { client } = service.database
  const tables = await client<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by 1`
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await client`
      select from ${client(name)} t where strpos(replace(to_jsonb(t)::text, ${'\\'}, ''), ${text}) > 0 limit 1`
    if (rows.length > 0) found.push(name)
  }
  return found
}

describe('an erasure', () => {
  it('leaves no value of the buyer or customer in any table, and keeps the facts', async () => {
    const orderId = await paidOrder()
    expect(await tablesWith(buyer.buyer_id)).toEqual(['attempts', 'cases', 'notifies'])
    const [before] = await exported([orderId])
    expect((await erase([orderId])).status).toBe(204)
    for (const value of [...Object.values(buyer), 'planted%2A%2A%2A', 'c-1'])
      expect(await tablesWith(value)).toEqual([])

    const [after] = await exported([orderId])
    const withoutPersons = (one: ExportedPayment | undefined) =>
      JSON.parse(JSON.stringify(one), (name, value) =>
        ['buyer_id', 'buyerId', 'body', 'customer_id'].includes(name) ? undefined : value,
      )
    expect(withoutPersons(after)).toEqual(withoutPersons(before))
    expect(after).toMatchObject({ customer_id: pseudonym, status: 'PAID', notifies: [{ body: '' }, { body: '' }] })
    const { body } = await callService<{ entries: { what: string; cause: string }[] }>(
      service.url,
      'GET',
      `/payments/${orderId}/timeline`,
    )
    expect(body.entries).toContainEqual(
      expect.objectContaining({ what: 'personal data erased', cause: 'requested by ann' }),
    )
  })

  it('can be repeated after it was interrupted, with the pseudonym of the repeat', async () => {
    const orderId = await service.newOrder()
    await erase([orderId])
    const again = `erased_${'c'.repeat(32)}`
    await erase([orderId], { pseudonym: again })
    const { client } = service.database
    const [payment] = await client`select customer_id from payments where order_id = ${orderId}`
    expect(payment).toEqual({ customer_id: again })
    const log = await client`select from payment_log where order_id = ${orderId} and what = 'personal data erased'`
    expect(log).toHaveLength(1)
  })

  it('stores neither the text nor the buyer of a notify that comes later', async () => {
    const orderId = await service.newOrder()
    await service.open(orderId)
    await erase([orderId])
    const late = { ...buyer, notify_id: `l${orderId.slice(4)}`, total_amount: '2.00', buyer_id: '2088777700002222' }
    await service.notify(service.signedNotify(orderId, late))
    const [payment] = await exported([orderId])
    expect(payment).toMatchObject({ notifies: [{ result: 'amount_differs', body: '' }], cases: [{}] })
    expect(await tablesWith(buyer.buyer_logon_id)).toEqual([])

    const refused = { ...late, notify_id: `m${orderId.slice(4)}`, total_amount: '1e3' }
    expect((await service.notify(service.signedNotify(orderId, refused))).text).toBe('failure')
    expect((await exported([orderId]))[0]?.cases).toMatchObject([{}, { kind: 'notify_refused' }])
    expect(await tablesWith(buyer.buyer_logon_id)).toEqual([])

    const paid = { ...late, notify_id: `p${orderId.slice(4)}`, total_amount: '258.00' }
    expect((await service.notify(service.signedNotify(orderId, paid))).text).toBe('success')
    expect(await exported([orderId])).toMatchObject([{ status: 'PAID', attempts: [{ buyer_id: null }] }])
    expect(await tablesWith(late.buyer_id)).toEqual([])
  })

  it('waits for a refund that is being stored, and lets it be stored', async () => {
    const orderId = await paidOrder()
    const { client, db } = service.database
    const refundId = `ref_${orderId.slice(4)}`
    let erasing: ReturnType<typeof erase> | undefined
    const answer = await db.transaction(async tx => {
      await lockPaidTrade(tx, { orderId })
      erasing = erase([orderId])
      await untilLockWait(service.database)
      return requestRefund(tx, { orderId, refundId, reason: 'requested', requestedBy: 'c-1' })
    })
    expect(answer.outcome).toBe('requested')
    expect((await erasing)?.status).toBe(204)
    const [refund] = await client`select requested_by from refunds where refund_id = ${refundId}`
    expect(refund).toEqual({ requested_by: pseudonym })
    await client`delete from refunds`
  })

  it('replaces the customer where they requested a refund, and no other person', async () => {
    const orderId = await paidOrder()
    const { client } = service.database
    for (const by of ['c-1', 'c-10']) {
      await client`
        insert into refunds (refund_id, order_id, out_trade_no, amount_fen, reason, requested_by, status, next_step, next_try_at)
        values (${`ref_${by}_${orderId}`}, ${orderId}, ${orderId}, 1, 'requested', ${by}, 'REQUESTED', 'refund', now())`
    }
    await erase([orderId])
    const rows = await client`select requested_by from refunds where order_id = ${orderId} order by 1`
    expect(rows.map(row => row.requested_by)).toEqual(['c-10', pseudonym])
    await client`delete from refunds`
  })

  it('redacts the cases of dead-lettered events of the order, and their texts in the list', async () => {
    const orderId = await service.newOrder()
    const { client } = service.database
    const value = JSON.stringify({ orderId, customerId: 'c-1', totalFen: 1 })
    await client`
      insert into cases (case_id, key, kind, order_id, summary, evidence, proposed_action, proposed_why)
      values (${`case_${orderId}`}, ${orderId}, 'parked_message', ${orderId}, 's',
              ${JSON.stringify({ value, reason: 'r' })}::jsonb, 'none', 'w')`
    await client`
      insert into dead_letters (dead_letter_id, consumer_group, letter_partition, letter_offset, reason, reason_key, topic,
        origin_partition, origin_offset, value, headers, base64, order_id, dead_lettered_at)
      values (${`dlq_${orderId}`}, 'a', 0, 1, 'r', 'r', 't', '0', '1', ${value}, '{"ce_type":"OrderCreated"}',
        '{"value":"AA=="}', ${orderId}, now())`
    await erase([orderId])
    const [row] = await client`select evidence ->> 'value' as value from cases where order_id = ${orderId}`
    expect(JSON.parse(row?.value)).toEqual({ orderId, customerId: pseudonym, totalFen: 1 })
    const [letter] = await client`select value, headers, base64 from dead_letters where order_id = ${orderId}`
    expect(letter).toMatchObject({ headers: { ce_type: 'OrderCreated' }, base64: null })
    expect(JSON.parse(letter?.value)).toEqual({ orderId, customerId: pseudonym, totalFen: 1 })
  })

  it('changes nothing when it fails in between', async () => {
    const orderId = await paidOrder()
    const { client } = service.database
    await client`alter table payment_log add constraint fails check (what <> 'personal data erased') not valid`
    try {
      expect((await erase([orderId])).status).toBe(500)
    } finally {
      await client`alter table payment_log drop constraint fails`
    }
    expect(await exported([orderId])).toMatchObject([{ customer_id: 'c-1', attempts: [{ buyer_id: buyer.buyer_id }] }])
    expect((await erase([orderId])).status).toBe(204)
  })

  it('ignores orders that payment-service does not know', async () => {
    expect((await erase([newOrderId()])).status).toBe(204)
    expect(await exported([newOrderId()])).toEqual([])
  })
})

it('does not replay a notify whose text is deleted', async () => {
  const orderId = await paidOrder()
  await erase([orderId])
  const replay = await fetch(`${service.url}/notifies/n${orderId.slice(4)}/replay`, {
    method: 'POST',
    headers: { 'x-service-token': 'a-service-token-for-tests', 'x-actor': 'ann' },
  })
  const body = (await replay.json()) as { type: string; detail: string }
  expect([replay.status, body.type]).toEqual([404, '/problems/notify-not-found'])
  expect(body.detail).toContain('RETENTION_DAYS_NOTIFY_BODY')
})

it('exports the refunds, notifies and cases of each order', async () => {
  const [one, two] = [await paidOrder(), await service.newOrder()]
  const items = await exported([one, two])
  const found = items.find(({ orderId }) => orderId === one)
  expect(items).toHaveLength(2)
  expect(found).toMatchObject({ amount_fen: 25_800, attempts: [{ trade_no: expect.any(String) }], refunds: [] })
  expect(found?.notifies.map(one => new URLSearchParams((one as { body: string }).body).get('buyer_logon_id'))).toEqual(
    [buyer.buyer_logon_id, buyer.buyer_logon_id],
  )
  expect(found?.cases).toMatchObject([{ kind: 'amount_mismatch' }])
})
