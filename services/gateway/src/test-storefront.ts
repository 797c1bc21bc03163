import { testSecrets } from '@alipay-checkout/test-support'
import type { Page } from 'playwright-core'
import { signReturnLink } from './auth/return-link.ts'
import { orderId } from './test-gateway.ts'

export const products = [
  { sku: 'tea-01', title: '明前龙井 50g', priceFen: 12_900, available: 100 },
  { sku: 'tea-02', title: 'Aged Pu-erh cake, Menghai 2015, 357 g, wrapped by hand', priceFen: 1_234_500, available: 3 },
  { sku: 'tea-03', title: '白毫银针 30g', priceFen: 8_800, available: 0 },
]

/** The result page with the parameters that Alipay adds, among them a second `sign`. */
export function resultPath(t = Date.now()): string {
  const sign = signReturnLink(testSecrets.RETURN_URL_SECRET, orderId, String(t))
  return `/payment/result?order_id=${orderId}&t=${t}&sign=${sign}&method=alipay.trade.page.pay.return&sign=Q2%2Fab%3D%3D`
}

/** The same with the return link in the path, as it is sent to Alipay. */
export function resultPathInPath(): string {
  const t = String(Date.now())
  const sign = signReturnLink(testSecrets.RETURN_URL_SECRET, orderId, t)
  return `/payment/result/${orderId}/${t}/${sign}?charset=utf-8&method=alipay.trade.page.pay.return&sign=Q2%2Fab%3D%3D`
}

/** How far the page can be scrolled sideways, px. */
export const tooWidePx = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

export async function signIn(page: Page): Promise<void> {
  await page.fill('input[name=name]', 'Mei')
  await page.click('form[data-state=sign-in] button')
}
