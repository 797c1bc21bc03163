import type { OpenPayment, PaymentMethod } from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import { isMade, products } from '../alipay/products.ts'

/** Which ways to pay the merchant offers, and what they need. */
export interface MethodSettings {
  /** Those whose products are contracted: ALIPAY_PRODUCTS. */
  readonly methods: ReadonlySet<PaymentMethod>
  /** ALIPAY_INSTALMENTS. */
  readonly instalments: boolean
  /** ALIPAY_MINI_APP_ID. */
  readonly miniAppId?: string | undefined
  /** Where Alipay sends notifies. */
  readonly notifyUrl: string
}

/**
 * Checks that an opening fits its method. Throws the problem `payment-method-unavailable` where the merchant does not
 * offer it, and `invalid-request` where a field is missing, wrong or the method does not take it.
 */
export function checkMethod(request: OpenPayment, settings: MethodSettings): void {
  const { method, as, returnUrl, quitUrl, instalments, buyerOpenId, buyerId } = request
  if (!settings.methods.has(method)) throw unavailable(`ALIPAY_PRODUCTS does not list the product of ${method}.`)
  if (!isAddress(returnUrl)) throw invalid('returnUrl must be an http or https address.')
  if (as === 'form' && !isMade(method, 'signed page')) {
    throw invalid(`as must be url for ${method}: only alipay_page and alipay_wap have a form.`)
  }
  if (method === 'alipay_wap' && !isAddress(quitUrl)) {
    throw invalid('quitUrl must be an http or https address for alipay_wap.')
  }
  if (instalments && !products[method].takesInstalments) {
    throw invalid(`instalments cannot be used with ${method}, only with alipay_page, alipay_wap and alipay_app.`)
  }
  if (instalments && !settings.instalments) {
    throw unavailable('Instalments are not switched on: the setting is ALIPAY_INSTALMENTS.')
  }
  if (method !== 'alipay_jsapi') {
    const given = buyerOpenId === undefined ? (buyerId === undefined ? undefined : 'buyerId') : 'buyerOpenId'
    if (given) throw invalid(`${given} cannot be used with ${method}, only with alipay_jsapi.`)
    return
  }
  if ((buyerOpenId === undefined) === (buyerId === undefined)) {
    throw invalid('alipay_jsapi needs exactly one of buyerOpenId and buyerId.')
  }
  if (!settings.miniAppId) {
    throw unavailable('alipay_jsapi needs the mini program’s id: the setting is ALIPAY_MINI_APP_ID.')
  }
}

function isAddress(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\//.test(text) && URL.canParse(text)
}

const unavailable = (detail: string) => new Problem('payment-method-unavailable', detail)
const invalid = (detail: string) => new Problem('invalid-request', detail)
