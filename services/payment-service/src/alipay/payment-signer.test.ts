import { generateKeyPairSync } from 'node:crypto'
import { AlipaySdk } from 'alipay-sdk'
import { describe, expect, it } from 'vitest'
import { createPaymentSigner, type PageRequest } from './payment-signer.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const appId = '9021000000000001'
const gateway = 'https://openapi.alipay.example/gateway.do'
const notifyUrl = 'https://shop.example/api/payment/notify'
const certificates = { app_cert_sn: 'a'.repeat(32), alipay_root_cert_sn: `${'b'.repeat(32)}_${'c'.repeat(32)}` }
const sdk = new AlipaySdk({
  appId,
  gateway,
  privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  keyType: 'PKCS8',
})
const signer = createPaymentSigner({ appId, gateway, notifyUrl, privateKey, certificateParameters: {} })
const trade = {
  orderId: 'ord_00000000000000000000000000000001',
  outTradeNo: 'ord_00000000000000000000000000000001_2',
  amountFen: 25_800,
  timeExpire: new Date('2026-01-02T03:34:05.000Z'),
  now: new Date('2026-01-02T03:04:05.000Z'),
}
const instalments = { number: 6, sellerPaysFee: true } as const
const returnUrl = 'https://shop.example/payment/result?order_id=ord_1&t=1767323045000&sign=ab"<c>&copy;'
const quitUrl = 'https://shop.example/orders/ord_1?from=wap&x=1'
const page: PageRequest = { ...trade, method: 'alipay_page', returnUrl }
const wap: PageRequest = { ...trade, method: 'alipay_wap', returnUrl, quitUrl }
const app = { ...trade, method: 'alipay_app' } as const

const bizContent = {
  out_trade_no: trade.outTradeNo,
  product_code: 'FAST_INSTANT_TRADE_PAY',
  subject: '订单支付: ord_00000000000000000000000000000001',
  time_expire: '2026-01-02 11:34:05',
  total_amount: '258.00',
}
const wapContent = { ...bizContent, product_code: 'QUICK_WAP_WAY', quit_url: quitUrl }
const appContent = { ...bizContent, product_code: 'QUICK_MSECURITY_PAY' }
const extendParams = { extend_params: { hb_fq_num: '6', hb_fq_seller_percent: '100' } }

/** The parameters that the official SDK signs for the same request. */
function sdkParameters(
  method: string,
  content: object,
  more: Record<string, string>,
  client = sdk,
): Record<string, string> {
  const text = client.sdkExecute(
    method,
    { notify_url: notifyUrl, timestamp: '2026-01-02 11:04:05', ...more, biz_content: content },
    { bizContentAutoSnakeCase: false },
  )
  return Object.fromEntries(new URLSearchParams(text))
}

const parametersOf = (query: string) => Object.fromEntries(new URLSearchParams(query))

describe('signs the same parameters as the official SDK', () => {
  it.each([
    ['page', page, 'alipay.trade.page.pay', bizContent],
    ['page in instalments', { ...page, instalments }, 'alipay.trade.page.pay', { ...extendParams, ...bizContent }],
    ['wap', wap, 'alipay.trade.wap.pay', wapContent],
    ['wap in instalments', { ...wap, instalments }, 'alipay.trade.wap.pay', { ...extendParams, ...wapContent }],
  ])('for %s', async (_name, request, method, content) => {
    const url = new URL(await signer.url(request))
    expect(`${url.origin}${url.pathname}`).toBe(gateway)
    expect(parametersOf(url.search)).toEqual(sdkParameters(method, content, { return_url: returnUrl }))
  })

  it.each([
    ['app', app, appContent],
    ['app in instalments', { ...app, instalments }, { ...extendParams, ...appContent }],
  ])('for %s', async (_name, request, content) => {
    expect(parametersOf(await signer.orderString(request))).toEqual(sdkParameters('alipay.trade.app.pay', content, {}))
  })

  it('and as its pageExecute puts them into a URL', async () => {
    const theirs = sdk.pageExecute('alipay.trade.wap.pay', 'GET', {
      notify_url: notifyUrl,
      return_url: returnUrl,
      timestamp: '2026-01-02 11:04:05',
      biz_content: wapContent,
    })
    const ours = new URL(await signer.url(wap))
    // pageExecute sorts the keys of biz_content otherwise, so the texts that are signed differ.
    const { sign: _theirs, biz_content: theirContent = '', ...theirParameters } = parametersOf(new URL(theirs).search)
    const { sign: _ours, biz_content: ourContent = '', ...ourParameters } = parametersOf(ours.search)
    expect(theirParameters).toEqual({ ...ourParameters, alipay_sdk: expect.any(String) })
    expect(JSON.parse(ourContent)).toEqual(JSON.parse(theirContent))
  })

  it('with the parameters of certificate mode', async () => {
    const certified = createPaymentSigner({
      appId,
      gateway,
      notifyUrl,
      privateKey,
      certificateParameters: certificates,
    })
    const parameters = parametersOf(await certified.orderString(app))
    expect(parameters).toMatchObject(certificates)
    expect(parameters).toEqual(sdkParameters('alipay.trade.app.pay', appContent, certificates))
    expect(parametersOf(new URL(await certified.url(page)).search)).toEqual(
      sdkParameters('alipay.trade.page.pay', bizContent, { ...certificates, return_url: returnUrl }),
    )
  })
})

it('makes an order string of encoded values joined with &, none of them empty', async () => {
  const text = await signer.orderString(app)
  const pairs = text.split('&').map(pair => pair.split('='))
  expect(pairs.map(([name]) => name).toSorted()).toEqual(
    [
      'app_id',
      'biz_content',
      'charset',
      'method',
      'notify_url',
      'sign',
      'sign_type',
      'timestamp',
      'version',
    ].toSorted(),
  )
  for (const [, value = '', ...rest] of pairs) {
    expect(rest).toEqual([])
    expect(value).not.toBe('')
    expect(encodeURIComponent(decodeURIComponent(value))).toBe(value)
  }
})

it.each([
  ['page', page],
  ['wap', wap],
])(
  'puts the same parameters into the form of %s as into the URL, also ones that a browser unescapes',
  async (_name, request) => {
    const form = await signer.form(request)
    const attribute = (pattern: RegExp) => unescapeHtml(pattern.exec(form)?.[1] ?? '')
    const action = new URL(attribute(/action="([^"]*)"/))
    const fields = { ...Object.fromEntries(action.searchParams), biz_content: attribute(/value="([^"]*)"/) }
    expect(fields).toEqual(parametersOf(new URL(await signer.url(request)).search))
    expect(form).toContain('method="post"')
    expect(form).toContain('name="biz_content"')
    expect(form).toContain('.submit()')
  },
)

/** Undoes every character reference, as a browser does when it reads an attribute. */
function unescapeHtml(text: string): string {
  const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", copy: '©' }
  return text.replaceAll(/&([a-z]+|#39);/g, (whole, name) => references[name] ?? whole)
}
