import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { productNames } from '../products.ts'
import { parseBizContent } from './biz-content.ts'
import { parsePaymentRequest } from './payment-request.ts'

const NOW = Date.UTC(2026, 0, 31, 16, 0, 0)
const app = {
  appId: '9021',
  sellerId: '2088',
  publicKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
  products: new Set(productNames),
  miniAppId: '2021',
  buyerIds: 'both',
} as const
const sound = {
  out_trade_no: 'ord_1',
  total_amount: '258.00',
  subject: '订单支付: ord_1',
  product_code: 'FAST_INSTANT_TRADE_PAY',
  time_expire: '2026-02-01 00:30:00',
}

/** As the cashier reads a link. */
function read(parameters: Record<string, string>, notifyHosts: string[] = []) {
  const parsed = parseBizContent(parameters)
  if (!parsed.ok) return parsed
  return parsePaymentRequest('page', parsed.biz, { app, notifyHosts, now: NOW, parameters })
}

function parse(biz: Record<string, unknown> = {}, parameters: Record<string, string> = {}, hosts: string[] = []) {
  const given = { biz_content: JSON.stringify({ ...sound, ...biz }), ...parameters }
  return read(given, hosts)
}

it('reads a valid request, the amount in fen and the time as Beijing time', () => {
  expect(parse({ body: '一罐', passback_params: 'a%3D1' }, { return_url: 'http://shop.test/r' })).toEqual({
    ok: true,
    request: {
      outTradeNo: 'ord_1',
      appId: '9021',
      sellerId: '2088',
      totalFen: 25_800,
      subject: '订单支付: ord_1',
      productCode: 'FAST_INSTANT_TRADE_PAY',
      body: '一罐',
      passbackParams: 'a%3D1',
      returnUrl: 'http://shop.test/r',
      expiry: { at: NOW + 30 * 60_000 },
    },
  })
})

it('prefers time_expire to timeout_express, and uses 15 days by default', () => {
  expect(parse({ timeout_express: '90m' })).toMatchObject({ request: { expiry: { at: NOW + 30 * 60_000 } } })
  expect(parse({ time_expire: undefined, timeout_express: '90m' })).toMatchObject({
    request: { expiry: { afterMs: 90 * 60_000 } },
  })
  expect(parse({ time_expire: undefined })).toMatchObject({ request: { expiry: { afterMs: 15 * 24 * 3600_000 } } })
})

it.each([
  ['out_trade_no', undefined],
  ['out_trade_no', ''],
  ['out_trade_no', 'a'.repeat(65)],
  ['out_trade_no', 'ord-1'],
  ['out_trade_no', '订单'],
  ['out_trade_no', ['ord_1']],
  ['total_amount', undefined],
  ['total_amount', '0.00'],
  ['total_amount', '-1'],
  ['total_amount', '1.001'],
  ['total_amount', '100000000.01'],
  ['total_amount', { yuan: 1 }],
  ['subject', undefined],
  ['subject', ''],
  ['subject', 'a/b'],
  ['subject', 'a=b'],
  ['subject', 'a&b'],
  ['subject', 'x'.repeat(257)],
  ['product_code', 'QUICK_WAP_WAY'],
  ['product_code', undefined],
  ['body', 'x'.repeat(129)],
  ['passback_params', 1],
  ['seller_id', '2099'],
  ['time_expire', '2026-02-01T00:30:00'],
  ['time_expire', '2026-02-30 00:00:00'],
  ['time_expire', 1_769_877_000],
  ['time_expire', '2026-03-01 00:00:00'],
])('refuses %s %j and names the field', (field, value) => {
  expect(parse({ [field]: value })).toMatchObject({
    ok: false,
    problem: { code: '40004', subCode: 'ACQ.INVALID_PARAMETER', subMsg: expect.stringContaining(field) },
  })
})

it.each(['0m', '16d', '1w', '-5m', 'soon'])('refuses timeout_express %j', timeout => {
  expect(parse({ time_expire: undefined, timeout_express: timeout })).toMatchObject({ ok: false })
})

it.each(['', 'not json', '[]', 'null', '"text"'])('refuses biz_content %j', text => {
  expect(read({ biz_content: text })).toMatchObject({
    ok: false,
  })
})

it('refuses a return_url that is not a web address', () => {
  for (const url of ['javascript:alert(1)', '/relative', 'ftp://shop.test/']) {
    expect(parse({}, { return_url: url })).toMatchObject({
      ok: false,
      problem: { subMsg: expect.stringContaining('return_url') },
    })
  }
})

it('allows notifies to this machine and to the given hosts only', () => {
  for (const url of [
    'http://127.0.0.1:8080/n',
    'http://localhost/n',
    'http://[::1]:1/n',
    'http://127.9.9.9/n',
    'https://gateway:8080/n',
  ]) {
    expect(parse({}, { notify_url: url }, ['gateway'])).toMatchObject({ ok: true })
  }
  for (const url of [
    'http://10.0.0.1/n',
    'http://gateway.example/n',
    'http://169.254.169.254/n',
    'http://127.0.0.1.example/n',
    'http://0.0.0.0/n',
  ]) {
    expect(parse({}, { notify_url: url }, ['gateway'])).toMatchObject({
      ok: false,
      problem: { subCode: 'isv.invalid-notify-url' },
    })
  }
})
