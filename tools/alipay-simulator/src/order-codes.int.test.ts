import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { toBeijing } from './beijing-time.ts'
import { type Merchant, openMerchant, pagePayContent } from './test-merchant.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const START = Date.now()

let merchant: Merchant
let clock = START
let orders = 0
beforeAll(async () => {
  merchant = await openMerchant({ now: () => clock })
})
beforeEach(() => {
  clock = START
})
afterAll(() => merchant.close())

const newNo = () => `ord_c${orders++}`
async function codeOf(no: string, changed: Record<string, unknown> = {}): Promise<string> {
  const bizContent = pagePayContent(no, {
    product_code: 'QR_CODE_OFFLINE',
    time_expire: toBeijing(START + 24 * HOUR_MS),
    ...changed,
  })
  const { qr_code: code } = await merchant.sdk.exec(
    'alipay.trade.precreate',
    { notify_url: merchant.notifyUrl, bizContent },
    { validateSign: true },
  )
  return code as string
}
const pay = (qrCode: string, late = false) => merchant.control('POST', '/pay', { qrCode, late })
const expired = { status: 409, json: { error: { subCode: 'ACQ.INVALID_PARAMETER' } } }

it('ends a code after two hours, and makes a new one for the same order', async () => {
  const no = newNo()
  const first = await codeOf(no)
  clock += 2 * HOUR_MS - MINUTE_MS
  expect(await codeOf(no)).toBe(first)
  clock += MINUTE_MS
  expect(await pay(first)).toMatchObject(expired)
  const second = await codeOf(no)
  expect(second).not.toBe(first)
  expect(await pay(second)).toMatchObject({ status: 200 })
})

it('ends a code at time_expire where that is earlier, and pays it late', async () => {
  const code = await codeOf(newNo(), { time_expire: toBeijing(START + 30 * MINUTE_MS) })
  clock += 31 * MINUTE_MS
  expect(await pay(code)).toMatchObject(expired)
  expect(await pay(code, true)).toMatchObject({ status: 200 })
})

it('answers no code that has ended where the order lives longer by now', async () => {
  const no = newNo()
  const first = await codeOf(no, { time_expire: toBeijing(START + 30 * MINUTE_MS) })
  clock += 31 * MINUTE_MS
  const second = await codeOf(no)
  expect(second).not.toBe(first)
  expect(await pay(second)).toMatchObject({ status: 200 })
})

it('counts timeout_express from the request', async () => {
  const no = newNo()
  const period = { time_expire: undefined, timeout_express: '30m' }
  const code = await codeOf(no, period)
  clock += 20 * MINUTE_MS
  expect(await codeOf(no, period)).toBe(code)
  clock += 11 * MINUTE_MS
  expect(await pay(code)).toMatchObject(expired)
})

it('lets the trade of a scanned code outlive it, until time_expire', async () => {
  const no = newNo()
  const code = await codeOf(no)
  await merchant.control('POST', '/open', { qrCode: code })
  clock += 3 * HOUR_MS
  expect(await merchant.control('POST', '/pay', { outTradeNo: no })).toMatchObject({ status: 200 })
})
