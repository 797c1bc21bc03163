import type { SendAnswer } from '../api/send.ts'
import { paymentResult } from '../api-words/alipay-sentences.ts'
import { useLanguage } from '../i18n/texts.ts'

type Results = SendAnswer<'/api/admin/payments/{id}/query'>['results']

/** What querying or closing a payment led to, attempt by attempt. Empty where nothing was to be asked. */
export function usePaymentResults(): (results: Results) => string {
  const { language } = useLanguage()
  return results =>
    results
      .map(({ outTradeNo, result }) => {
        return language === 'zh' ? `${outTradeNo}：${paymentResult(result) ?? result}` : `${outTradeNo}: ${result}`
      })
      .join(language === 'zh' ? '；' : '; ')
}
