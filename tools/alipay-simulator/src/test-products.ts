import { expect } from 'vitest'
import { toBeijing } from './beijing-time.ts'
import { type Merchant, pagePayContent, RETURN_URL } from './test-merchant.ts'

const MINI_APP_ID = '2021000000000001'
export const OPEN_ID = '074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5'
export const QUIT_URL = 'http://127.0.0.1:9/orders/1'

export const productCodes = {
  page: 'FAST_INSTANT_TRADE_PAY',
  wap: 'QUICK_WAP_WAY',
  app: 'QUICK_MSECURITY_PAY',
  jsapi: 'JSAPI_PAY',
  qr: 'QR_CODE_OFFLINE',
} as const
export const allProducts = Object.keys(productCodes) as (keyof typeof productCodes)[]

/** The same in every request: another time_expire gets another order code. */
const timeExpire = toBeijing(Date.now() + 30 * 60_000)

type Biz = Record<string, unknown>

/** For tests: a merchant's requests by every product. `biz` replaces fields; undefined omits one. */
export function productsOf(merchant: Merchant) {
  const wapUrl = (no: string, biz: Biz = {}) =>
    merchant.sdk.pageExecute('alipay.trade.wap.pay', 'GET', {
      notify_url: merchant.notifyUrl,
      return_url: RETURN_URL,
      bizContent: pagePayContent(no, { product_code: productCodes.wap, quit_url: QUIT_URL, ...biz }),
    })
  const orderString = (no: string, biz: Biz = {}) =>
    merchant.sdk.sdkExecute('alipay.trade.app.pay', {
      notify_url: merchant.notifyUrl,
      bizContent: pagePayContent(no, { product_code: productCodes.app, ...biz }),
    })
  const exec = (method: string, bizContent: Biz, sdk = merchant.sdk) =>
    sdk.exec(method, { notify_url: merchant.notifyUrl, bizContent }, { validateSign: true })
  const create = (no: string, biz: Biz = {}, sdk = merchant.sdk) =>
    exec(
      'alipay.trade.create',
      pagePayContent(no, {
        product_code: productCodes.jsapi,
        op_app_id: MINI_APP_ID,
        buyer_open_id: OPEN_ID,
        ...biz,
      }),
      sdk,
    )
  const precreate = (no: string, biz: Biz = {}, sdk = merchant.sdk) =>
    exec(
      'alipay.trade.precreate',
      pagePayContent(no, { product_code: productCodes.qr, time_expire: timeExpire, ...biz }),
      sdk,
    )
  const notifiesOf = (no: string) => merchant.received.filter(({ fields }) => fields.out_trade_no === no)
  return {
    query: (no: string) => exec('alipay.trade.query', { out_trade_no: no }),
    notifiesOf,
    /** The fields of a trade's newest notify, once it has so many. */
    async untilNotified(no: string, count = 1) {
      await expect.poll(() => notifiesOf(no).length, { interval: 10, timeout: 5_000 }).toBe(count)
      return notifiesOf(no).at(-1)!.fields
    },
    wapUrl,
    orderString,
    exec,
    create,
    precreate,
    /** What a buyer of each product comes with, for a trade that exists or not. */
    targets: {
      page: async (no: string) => ({ url: merchant.payUrl(no) }),
      wap: async (no: string) => ({ url: wapUrl(no) }),
      app: async (no: string) => ({ orderString: orderString(no) }),
      jsapi: async (no: string) => ({ alipayTradeNo: (await create(no)).trade_no as string }),
      qr: async (no: string) => ({ qrCode: (await precreate(no)).qr_code as string }),
    },
  }
}
