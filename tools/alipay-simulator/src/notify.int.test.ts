import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Merchant, openMerchant, RETURN_URL } from './test-merchant.ts'

/** Four minutes become a quarter of a millisecond; the whole schedule of 25 hours takes a tenth of a second. */
const FAST = 1_000_000

let merchant: Merchant
afterEach(() => merchant.close())

interface Shown {
  delivered: boolean
  notifyId: string
  attempts: { kind: string; outcome: string; httpStatus?: number; answer?: string; error?: string }[]
}

async function notifiesOf(outTradeNo: string): Promise<Shown[]> {
  const { json } = await merchant.control('GET', `/notifies?outTradeNo=${outTradeNo}`)
  return json.items as unknown as Shown[]
}

async function untilAttempts(outTradeNo: string, count: number): Promise<Shown> {
  return await vi.waitFor(
    async () => {
      const [notify] = await notifiesOf(outTradeNo)
      expect(notify?.attempts).toHaveLength(count)
      return notify!
    },
    { timeout: 5_000, interval: 20 },
  )
}

async function untilDelivered(outTradeNo: string): Promise<Shown> {
  return await vi.waitFor(
    async () => {
      const [notify] = await notifiesOf(outTradeNo)
      expect(notify).toMatchObject({ delivered: true })
      return notify!
    },
    { timeout: 5_000, interval: 20 },
  )
}

const pay = (outTradeNo: string, biz = {}) =>
  merchant.control('POST', '/pay', { url: merchant.payUrl(outTradeNo, biz) })

beforeEach(async () => {
  merchant = await openMerchant({ timeScale: FAST })
})

it('sends a notify and a return whose signatures the SDK accepts', async () => {
  const paid = await pay('n_1', { passback_params: 'a%3Db%26c' })
  const back = String(paid.json.returnUrl)
  expect(back.startsWith(`${RETURN_URL}&charset=utf-8&`)).toBe(true)
  const returned = Object.fromEntries(new URLSearchParams(back.slice(RETURN_URL.length + 1)))
  expect(returned).toMatchObject({ method: 'alipay.trade.page.pay.return', out_trade_no: 'n_1', sign_type: 'RSA2' })
  expect(returned).not.toHaveProperty('trade_status')
  expect(merchant.sdk.checkNotifySignV2(returned)).toBe(true)

  const { delivered } = await untilAttempts('n_1', 1)
  expect(delivered).toBe(true)
  const { fields } = merchant.received[0]!
  expect(merchant.sdk.checkNotifySignV2(fields)).toBe(true)
  expect(merchant.sdk.checkNotifySignV2({ ...fields, total_amount: '0.01' })).toBe(false)
  expect(fields).toMatchObject({
    notify_type: 'trade_status_sync',
    trade_status: 'TRADE_SUCCESS',
    out_trade_no: 'n_1',
    total_amount: '258.00',
    app_id: merchant.simulator.appId,
    seller_id: merchant.simulator.sellerId,
    trade_no: paid.json.tradeNo,
    fund_bill_list: '[{"amount":"258.00","fundChannel":"ALIPAYACCOUNT"}]',
    passback_params: 'a%3Db%26c',
  })
  expect(Object.values(fields)).not.toContain('')
})

it('drops own parameters of return_url, as Alipay’s manual describes', async () => {
  await merchant.close()
  merchant = await openMerchant({ timeScale: FAST, returnUrlQuery: 'drop' })
  const { origin, pathname, searchParams } = new URL(String((await pay('n_drop')).json.returnUrl))
  expect(RETURN_URL.startsWith(`${origin}${pathname}?`)).toBe(true)
  expect(searchParams.has('order_id')).toBe(false)
  expect(merchant.sdk.checkNotifySignV2(Object.fromEntries(searchParams))).toBe(true)
})

it.each([
  ['another word', { body: 'SUCCESS' }],
  ['a line break after it', { body: 'success\n' }],
  ['an error', { status: 500, body: 'success' }],
  ['a redirect', { status: 302, body: 'success', location: 'http://127.0.0.1:9/' }],
])('sends eight notifies with one notify_id to a merchant that answers %s', async (_name, answer) => {
  merchant.answerWith(answer)
  await pay('n_2')
  const notify = await untilAttempts('n_2', 8)
  expect(notify).toMatchObject({ delivered: false })
  expect(new Set(notify.attempts.map(({ outcome }) => outcome))).toEqual(new Set(['refused']))
  expect(merchant.received).toHaveLength(8)
  expect(new Set(merchant.received.map(({ fields }) => fields.notify_id))).toEqual(new Set([notify.notifyId]))
})

it('stops after the first success', async () => {
  merchant.answerWith({ body: 'failure' }, { status: 500 }, {})
  await pay('n_3')
  const notify = await untilDelivered('n_3')
  expect(notify.attempts.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'delivered'])
  expect(notify.attempts[2]).toMatchObject({ httpStatus: 200, answer: 'success' })
  expect(merchant.received).toHaveLength(3)
})

it('continues the schedule after a restart', async () => {
  await merchant.restart({ timeScale: 1 })
  merchant.answerWith({ status: 503 })
  await pay('n_4')
  await untilAttempts('n_4', 1)
  merchant.answerWith({})
  await merchant.restart({ timeScale: FAST })
  const { delivered, notifyId } = await untilAttempts('n_4', 2)
  expect(delivered).toBe(true)
  expect(merchant.received.map(({ fields }) => fields.notify_id)).toEqual([notifyId, notifyId])
  await merchant.restart()
  expect(merchant.received).toHaveLength(2)
})

it('counts a refused connection as an attempt', async () => {
  await merchant.control('POST', '/pay', { url: merchant.payUrl('n_5', {}, { notify_url: 'http://127.0.0.1:1/n' }) })
  const { attempts } = await untilAttempts('n_5', 8)
  expect(attempts[0]).toMatchObject({ outcome: 'failed', error: expect.stringContaining('ECONNREFUSED') })
})

it('delivers a notify again on request', async () => {
  await pay('n_6')
  const { notifyId } = await untilAttempts('n_6', 1)
  const again = await merchant.control('POST', `/notifies/${notifyId}/redeliver`)
  expect(again.json).toMatchObject({ attempts: [{ kind: 'scheduled' }, { kind: 'manual', outcome: 'delivered' }] })
  expect(merchant.received).toHaveLength(2)
  expect((await merchant.control('POST', '/notifies/nope/redeliver')).status).toBe(404)
})

it('drops, repeats and delays notifies by faults', async () => {
  await merchant.restart({ timeScale: 1 })
  await merchant.control('POST', '/faults', { notify: 'drop' })
  await pay('n_7')
  expect((await untilAttempts('n_7', 1)).attempts[0]).toMatchObject({ outcome: 'dropped' })
  await merchant.control('POST', '/faults', { notify: 'duplicate' })
  await pay('n_8')
  expect((await untilAttempts('n_8', 2)).attempts.map(({ kind }) => kind)).toEqual(['duplicate', 'scheduled'])
  expect(merchant.received).toHaveLength(2)
  await merchant.control('POST', '/faults', { notify: 'delay', delayMs: 150 })
  const sentAt = Date.now()
  await pay('n_9')
  await untilAttempts('n_9', 1)
  expect(merchant.received[2]!.at - sentAt).toBeGreaterThanOrEqual(140)
})

it('sends the odd content type always, never, or in turn', async () => {
  const odd = 'application/x-www-form-urlencoded; text/html; charset=utf-8'
  await merchant.restart({ notifyContentType: 'odd' })
  await pay('n_10')
  await untilAttempts('n_10', 1)
  await merchant.restart({ notifyContentType: 'plain' })
  await pay('n_11')
  await untilAttempts('n_11', 1)
  expect(merchant.received.map(({ contentType }) => contentType)).toEqual([
    odd,
    'application/x-www-form-urlencoded; charset=utf-8',
  ])
})
