import {
  auditActions,
  CaseAction,
  CaseKind,
  CaseStatus,
  caseTrailNames,
  DeadLetterStatus,
  eventTypes,
  FulfilmentStatus,
  OrderFlag,
  OrderStatus,
  PaymentMethod,
  PaymentState,
  problemTypes,
  RefundReason,
  RefundStatus,
  timelineEntryNames,
} from '@alipay-checkout/contracts'
import { describe, expect, it } from 'vitest'
import { ApiProblem } from './api/problem.ts'
import { caseActionWords } from './api-words/case-actions.ts'
import { eventWords } from './api-words/event-words.ts'
import { problemInChinese, problemInEnglish } from './api-words/problem-text.ts'
import { statusWords } from './i18n/words.ts'
import { actionWords, wordOfAction } from './pages/audit-log/texts.ts'
import { summaryInChinese } from './pages/cases/case-words.ts'
import { texts as caseTexts } from './pages/cases/texts.ts'
import { wordsOfEntry } from './pages/order/timeline-words.ts'
import { texts as refundTexts } from './pages/refunds/texts.ts'

const chinese = /\p{Script=Han}/u
const valuesOf = (union: { anyOf: readonly unknown[] }): string[] =>
  union.anyOf.map(one => (one as { const: string }).const)

type Words = { readonly zh: Readonly<Record<string, string>>; readonly en: Readonly<Record<string, string>> }

/** Chinese and English words for each key, and no word for what does not exist. */
function expectWords(words: Words, keys: readonly string[]): void {
  for (const key of keys) {
    expect(words.zh[key], `Chinese words for ${key}`).toMatch(chinese)
    expect(words.en[key], `English words for ${key}`).toMatch(/^[^\p{Script=Han}]+$/u)
  }
}

describe('every type of problem', () => {
  it.each(Object.keys(problemTypes))('%s has words in both languages, also without its members', kind => {
    const problem = new ApiProblem(400, `/problems/${kind}`, kind)
    expect(problemInChinese(problem)).toMatch(chinese)
    expect(problemInEnglish(problem)).toMatch(/^[A-Z][^\p{Script=Han}]+\.$/u)
    expect(problemInEnglish(problem)).not.toBe(kind)
  })
})

describe('every kind of case', () => {
  it.each(valuesOf(CaseKind))('%s has words in both languages, and a summary in Chinese', kind => {
    expectWords(statusWords.caseKind, [kind])
    expect(summaryInChinese({ kind, summary: 'x', evidence: {}, proposal: { action: 'none' } })).toMatch(chinese)
  })

  it('has words for its actions, its statuses and its trail', () => {
    expectWords(caseActionWords, valuesOf(CaseAction))
    expectWords(statusWords.case, valuesOf(CaseStatus))
    expectWords({ zh: caseTexts.zh.whats, en: caseTexts.en.whats }, caseTrailNames)
  })
})

it('has words for every action of the audit log, and for no other', () => {
  expectWords(actionWords, auditActions)
  expect(Object.keys(actionWords.zh).sort()).toEqual([...auditActions].sort())
})

it('says of a product whether it was created or edited', () => {
  const edited = { action: 'product.set', before: { priceFen: 1 } }
  expect(wordOfAction({ action: 'product.set', before: null }, 'zh')).toBe('新建商品')
  expect(wordOfAction(edited, 'zh')).toBe('编辑商品')
  expect(wordOfAction(edited, 'en')).toBe('Edited a product')
  expect(wordOfAction({ action: 'refund.approve' }, 'zh')).toBe('复核通过退款')
})

describe('every timeline entry', () => {
  const names = [...new Set([...Object.values(timelineEntryNames).flat(), ...valuesOf(OrderStatus)])]
  it.each(names)('%s has words in both languages', name => {
    expect(wordsOfEntry(name, 'zh')).toMatch(chinese)
    expect(wordsOfEntry(name, 'en')).toMatch(/^[A-Z][^\p{Script=Han}]*$/u)
  })

  it('that is an event, or several, has words', () => {
    expectWords(eventWords, [...eventTypes.keys()])
    expect(wordsOfEntry('OrderPaid + RefundRequested', 'zh')).toBe('订单已付款 + 申请退款')
  })
})

it('has words for every status that the contracts have', () => {
  expectWords(statusWords.order, valuesOf(OrderStatus))
  expectWords(statusWords.fulfilment, valuesOf(FulfilmentStatus))
  expectWords(statusWords.flag, valuesOf(OrderFlag))
  expectWords(statusWords.payment, valuesOf(PaymentState))
  expectWords(statusWords.refund, valuesOf(RefundStatus))
  expectWords(statusWords.deadLetter, valuesOf(DeadLetterStatus))
  expectWords({ zh: refundTexts.zh.reasons, en: refundTexts.en.reasons }, valuesOf(RefundReason))
  expect(Object.keys(statusWords.method.zh).sort()).toEqual(valuesOf(PaymentMethod).sort())
})
