import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Merchant, openMerchant, sdkFor } from './test-merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await openMerchant()
})
afterAll(() => merchant.close())
afterEach(() => merchant.control('DELETE', '/faults'))

const call = (method: string, bizContent: object) => merchant.sdk.exec(method, { bizContent }, { validateSign: true })
const query = (outTradeNo: string) => call('alipay.trade.query', { out_trade_no: outTradeNo })

it('creates a trade when the buyer opens the cashier, and reports it as waiting, then as paid', async () => {
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

it('refuses to pay a closed trade, to close a paid one, and to close twice', async () => {
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

it('prefers trade_no to out_trade_no', async () => {
  const one = await merchant.control('POST', '/pay', { url: merchant.payUrl('gw_4') })
  await merchant.control('POST', '/open', { url: merchant.payUrl('gw_5') })
  const both = { trade_no: one.json.tradeNo, out_trade_no: 'gw_5' }
  expect(await call('alipay.trade.query', both)).toMatchObject({ out_trade_no: 'gw_4', trade_status: 'TRADE_SUCCESS' })
  expect(await call('alipay.trade.query', {})).toMatchObject({ sub_code: 'ACQ.INVALID_PARAMETER' })
})

it('signs refusals of a known app, and none of an unknown app', async () => {
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

it('answers an unknown or missing method with error_response', async () => {
  expect(await merchant.sdk.exec('alipay.trade.teleport', {})).toMatchObject({
    code: '40002',
    sub_code: 'isv.invalid-method',
  })
  expect(await (await fetch(merchant.simulator.gatewayUrl)).json()).toMatchObject({
    error_response: { code: '40001', sub_code: 'isv.missing-method' },
  })
})

it('refuses a repeated parameter, also one in both query and body', async () => {
  const query = new URL(merchant.payUrl('gw_6')).search.replace('alipay.trade.page.pay', 'alipay.trade.query')
  const inQuery = await fetch(`${merchant.simulator.gatewayUrl}${query}&app_id=1`)
  expect(await inQuery.json()).toMatchObject({ error_response: { sub_code: 'isv.invalid-parameter' } })
  const body = new URLSearchParams({ app_id: merchant.simulator.appId })
  const across = await fetch(`${merchant.simulator.gatewayUrl}${query}`, { method: 'POST', body })
  expect(await across.json()).toMatchObject({ error_response: { sub_code: 'isv.invalid-parameter' } })
})

it('accepts parameters in the body or in the query', async () => {
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

it('closes an unpaid trade at time_expire, and refuses an expired link', async () => {
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

it('refuses a tampered payment link', async () => {
  const url = merchant.payUrl('gw_10').replace('258.00', '0.01')
  expect(await merchant.control('POST', '/pay', { url })).toMatchObject({
    status: 409,
    json: { error: { code: '40002', subCode: 'isv.invalid-signature' } },
  })
  expect(await query('gw_10')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
})

it('trusts the merchant’s own key instead of a generated one', async () => {
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

it('is down, slow, or answers HTML until the faults are cleared', async () => {
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
