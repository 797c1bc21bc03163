import { alipayAnswer, decisionWords, paymentResult, tradeInChinese } from '../../api-words/alipay-sentences.ts'
import { differenceKinds } from '../../api-words/bill-sentences.ts'
import { noteInChinese } from '../../api-words/case-sentences.ts'
import { deadLetterReason } from '../../api-words/dead-letter-reasons.ts'
import { eventInChinese } from '../../api-words/event-words.ts'
import { statusWords } from '../../i18n/words.ts'
import { texts as refundTexts } from '../refunds/texts.ts'
import { certificates, refusedNotifies } from './case-words.ts'

type Words = Readonly<Record<string, string>>
const from =
  (...all: Words[]) =>
  (value: string) =>
    all.find(words => Object.hasOwn(words, value))?.[value]

/** What a value of the evidence says, by its name. */
const byName: Readonly<Record<string, (value: string) => string | undefined>> = {
  certificate: value => certificates[value]?.[0],
  difference: from(differenceKinds),
  from: from(statusWords.order.zh),
  fulfilmentStatus: from(statusWords.fulfilment.zh),
  method: from(statusWords.method.zh),
  reason: value => from(refusedNotifies, refundTexts.zh.reasons)(value) ?? deadLetterReason(value),
  note: noteInChinese,
  result: value => from(decisionWords.zh)(value) ?? paymentResult(value),
  to: from(statusWords.order.zh),
  tradeStatus: tradeInChinese,
  trade_status: tradeInChinese,
  type: eventInChinese,
  why: alipayAnswer,
}

/** A value of the evidence in Chinese. Undefined where it is no word of this system. */
export const evidenceInChinese = (name: string, value: string): string | undefined =>
  Object.hasOwn(byName, name) ? byName[name]?.(value) : undefined

/** Whether the services write the value of this name in English. People write notes and reasons too. */
export const isEnglish = (name: string): boolean => ['message', 'result', 'summary', 'why'].includes(name)
