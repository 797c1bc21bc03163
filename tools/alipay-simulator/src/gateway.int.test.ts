import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Merchant, openMerchant, sdkFor } from './test-merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await openMerchant()
})
afterAll(() => merchant.close())
afterEach(() => merchant.control('DELETE', '/faults'))

const call = (method: string, bizContent: object) => merchant.sdk.exec(method, { bizContent }, { validateSign: true })
const query = (outTradeNo: string) => call('alipay.trade.query', { out_trade_no: outTradeNo })

test('a trade does not exist until the buyer has opened the cashier, then waits, then is paid', async () => {
  const url = merchant.payUrl('gw_1')
  await fetch(url)
  expect(await query('gw_1')).toMatchObject({ code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' })
  expect(await call('alipay.trade.close', { out_trade_no: 'gw_1' })).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })

  const opened = await merchant.control('POST', '/open', { url })
  expect(await query('gw_1')).toMatchObject({ code: '10000', trade_status: 'WAIT_BUYER_PAY', receipt_amount: '0.00' })

  await merchant.control('POST', '/pay', { outTradeNo: 'gw_1' })
  expect(await query('gw_1')).toMatchObject({
    code: '10000',
    trade_no: opened.json.tradeNo,
    out_trade_no: 'gw_1',
    trade_status: 'TRADE_SUCCESS',
    total_amount: '258.00',
    receipt_amount: '258.00',
    send_pay_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    buyer_user_id: expect.stringMatching(/^2088/),
  })
})

test('a closed trade cannot be paid, a paid one cannot be closed, and closing twice is refused', async () => {
  await merchant.control('POST', '/open', { url: merchant.payUrl('gw_2') })
  expect(await call('alipay.trade.close', { out_trade_no: 'gw_2' })).toMatchObject({
    code: '10000',
    out_trade_no: 'gw_2',
  })
  expect(await query('gw_2')).toMatchObject({ trade_status: 'TRADE_CLOSED' })
  expect(await merchant.control('POST', '/pay', { outTradeNo: 'gw_2' })).toMatchObject({
    status: 409,
    json: { error: { subCode: 'ACQ.TRADE_HAS_CLOSE' } },
  })
  expect(await call('alipay.trade.close', { out_trade_no: 'gw_2' })).toMatchObject({
    sub_code: 'ACQ.TRADE_STATUS_ERROR',
  })
  await merchant.control('POST', '/pay', { url: merchant.payUrl('gw_3') })
  expect(await call('alipay.trade.close', { out_trade_no: 'gw_3' })).toMatchObject({
    sub_code: 'ACQ.TRADE_STATUS_ERROR',
  })
})

test('trade_no wins over out_trade_no where both are given', async () => {
  const one = await merchant.control('POST', '/pay', { url: merchant.payUrl('gw_4') })
  await merchant.control('POST', '/open', { url: merchant.payUrl('gw_5') })
  const both = { trade_no: one.json.tradeNo, out_trade_no: 'gw_5' }
  expect(await call('alipay.trade.query', both)).toMatchObject({ out_trade_no: 'gw_4', trade_status: 'TRADE_SUCCESS' })
  expect(await call('alipay.trade.query', {})).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' })
})

test('a refusal of a known app is signed, one of an unknown app is not', async () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const privateKey = stranger.export({ type: 'pkcs8', format: 'pem' }).toString()
  const wrongKey = sdkFor(merchant.simulator, { privateKey })
  const bizContent = { out_trade_no: 'gw_1' }
  expect(await wrongKey.exec('alipay.trade.query', { bizContent }, { validateSign: true })).toMatchObject({
    code: '40002',
    sub_code: 'isv.invalid-signature',
    sub_msg: expect.stringContaining('biz_content={&quot;out_trade_no&quot;:&quot;gw_1&quot;}'),
  })
  const wrongApp = sdkFor(merchant.simulator, { appId: '2021000000000000' })
  expect(await wrongApp.exec('alipay.trade.query', { bizContent })).toMatchObject({ sub_code: 'isv.invalid-app-id' })
  await expect(wrongApp.exec('alipay.trade.query', { bizContent }, { validateSign: true })).rejects.toThrow()
})

test('an unknown method and a call without one are error_responses', async () => {
  expect(await merchant.sdk.exec('alipay.trade.teleport', {})).toMatchObject({
    code: '40002',
    sub_code: 'isv.invalid-method',
  })
  expect(await (await fetch(merchant.simulator.gatewayUrl)).json()).toMatchObject({
    error_response: { code: '40001', sub_code: 'isv.missing-method' },
  })
})

test('a parameter that comes twice is refused, in one part or across query and body', async () => {
  const query = new URL(merchant.payUrl('gw_6')).search.replace('alipay.trade.page.pay', 'alipay.trade.query')
  const inQuery = await fetch(`${merchant.simulator.gatewayUrl}${query}&app_id=1`)
  expect(await inQuery.json()).toMatchObject({ error_response: { sub_code: 'isv.invalid-parameter' } })
  const body = new URLSearchParams({ app_id: merchant.simulator.appId })
  const across = await fetch(`${merchant.simulator.gatewayUrl}${query}`, { method: 'POST', body })
  expect(await across.json()).toMatchObject({ error_response: { sub_code: 'isv.invalid-parameter' } })
})

test('parameters count wherever they stand: all in the body, or all in the query', async () => {
  await merchant.control('POST', '/pay', { url: merchant.payUrl('gw_7') })
  const signed = new URLSearchParams(
    merchant.sdk.sdkExecute('alipay.trade.query', { bizContent: { out_trade_no: 'gw_7' } }),
  )
  const posted = await fetch(merchant.simulator.gatewayUrl, { method: 'POST', body: signed })
  const got = await fetch(`${merchant.simulator.gatewayUrl}?${signed}`)
  for (const response of [posted, got]) {
    expect(await response.json()).toMatchObject({ alipay_trade_query_response: { trade_status: 'TRADE_SUCCESS' } })
  }
})

test('an unpaid trade closes by itself at time_expire, and a link that nobody opened dies', async () => {
  let clock = Date.now()
  const shop = await openMerchant({ now: () => clock })
  try {
    const url = shop.payUrl('gw_8')
    const unopened = shop.payUrl('gw_9')
    await shop.control('POST', '/open', { url })
    clock += 31 * 60_000
    const bizContent = { out_trade_no: 'gw_8' }
    expect(await shop.sdk.exec('alipay.trade.query', { bizContent }, { validateSign: true })).toMatchObject({
      trade_status: 'TRADE_CLOSED',
    })
    expect((await shop.control('POST', '/pay', { url })).json).toMatchObject({
      error: { subCode: 'ACQ.TRADE_HAS_CLOSE' },
    })
    expect((await shop.control('POST', '/pay', { url: unopened })).json).toMatchObject({
      error: { subCode: 'ACQ.INVALID_PARAMETER', subMsg: expect.stringContaining('time_expire') },
    })
    expect((await shop.control('GET', '/trades/gw_9')).status).toBe(404)
  } finally {
    await shop.close()
  }
})

test('a tampered payment link opens nothing', async () => {
  const url = merchant.payUrl('gw_10').replace('258.00', '0.01')
  expect(await merchant.control('POST', '/pay', { url })).toMatchObject({
    status: 409,
    json: { error: { code: '40002', subCode: 'isv.invalid-signature' } },
  })
  expect(await query('gw_10')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
})

test('keys of the merchant’s own are trusted instead of generated ones', async () => {
  const privateKey = merchant.simulator.appPrivateKey!
  const appPublicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  const own = await openMerchant(
    { appPublicKey, appId: '2021000000000001', sellerId: '2088000000000001' },
    { privateKey },
  )
  try {
    expect(own.simulator).toMatchObject({
      appId: '2021000000000001',
      sellerId: '2088000000000001',
      appPrivateKey: undefined,
    })
    expect(await own.control('POST', '/pay', { url: own.payUrl('own_1') })).toMatchObject({ status: 200 })
  } finally {
    await own.close()
  }
})

test('the gateway can be down, slow, or answer HTML, until the faults are taken back', async () => {
  await merchant.control('POST', '/pay', { url: merchant.payUrl('gw_11') })
  await merchant.control('POST', '/faults', { gateway: 'down' })
  await expect(query('gw_11')).rejects.toThrow(/HttpClient Request error/)
  await merchant.control('POST', '/faults', { gateway: 'html' })
  await expect(query('gw_11')).rejects.toThrow(/502/)
  await merchant.control('POST', '/faults', { gateway: 'slow', slowMs: 60_000 })
  const impatient = sdkFor(merchant.simulator, { timeout: 100 })
  await expect(impatient.exec('alipay.trade.query', { bizContent: { out_trade_no: 'gw_11' } })).rejects.toThrow()
  await merchant.control('POST', '/faults', { gateway: 'slow', slowMs: 20 })
  expect(await query('gw_11')).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
  await merchant.control('DELETE', '/faults')
  expect(await query('gw_11')).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
  expect((await merchant.control('POST', '/faults', { gateway: 'on fire' })).status).toBe(400)
})
