import type { ReactNode } from 'react'
import { decisionWords } from '../api-words/alipay-sentences.ts'
import { caseActionWords } from '../api-words/case-actions.ts'
import { noteInChinese } from '../api-words/case-sentences.ts'
import { defineTexts, useLanguage, useTexts } from '../i18n/texts.ts'
import { type StatusKind, statusWords, wordFor } from '../i18n/words.ts'
import { ApiText } from './api-text.tsx'
import classes from './changes.module.css'
import { Money } from './values.tsx'

/** A field before and after. An absent side is undefined. */
export interface Change {
  field: string
  before: unknown
  after: unknown
}

const texts = defineTexts({
  en: {
    none: 'none',
    yes: 'yes',
    no: 'no',
    unchanged: 'No difference',
    fields: {
      title: 'Title',
      priceFen: 'Price',
      onSale: 'On sale',
      maxPerCustomer: 'Per customer',
      available: 'Available',
      held: 'Reserved',
      reserved: 'Reserved',
      sold: 'Sold',
      supplied: 'Supplied',
      status: 'Status',
      orderStatus: 'Order',
      fulfilmentStatus: 'Fulfilment',
      amountFen: 'Amount',
      claimedBy: 'Claimed by',
      signedOffBy: 'Signed off by',
      lines: 'Units',
      carrier: 'Carrier',
      trackingNumber: 'Tracking number',
      outTradeNo: 'Trade number',
      refundId: 'Refund',
      state: 'State',
      result: 'Result',
      action: 'Action',
      by: 'By',
      runId: 'Comparison',
      notifyId: 'Notify',
      verdict: 'Result',
      erasedOrders: 'Orders erased',
    },
  },
  zh: {
    none: '无',
    yes: '是',
    no: '否',
    unchanged: '无差异',
    fields: {
      title: '名称',
      priceFen: '价格',
      onSale: '在售',
      maxPerCustomer: '每人限购',
      available: '可售',
      held: '已预留',
      reserved: '已预留',
      sold: '已售出',
      supplied: '累计入库',
      status: '状态',
      orderStatus: '订单状态',
      fulfilmentStatus: '履约状态',
      amountFen: '金额',
      claimedBy: '认领人',
      signedOffBy: '签核人',
      lines: '数量',
      carrier: '承运商',
      trackingNumber: '运单号',
      outTradeNo: '商户交易号',
      refundId: '退款',
      state: '状态',
      result: '结果',
      action: '处理方式',
      by: '操作人',
      runId: '对账编号',
      notifyId: '通知',
      verdict: '结果',
      erasedOrders: '清除的订单数',
    },
  },
})

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Units of a product, as refunds and parcels have them. */
const isLine = (value: unknown): value is { sku: string; quantity: number } =>
  isRecord(value) && typeof value.sku === 'string' && typeof value.quantity === 'number'

/** The fields that differ. A value that is no object is one field without a name. */
export function changesOf(before: unknown, after: unknown): Change[] {
  if (!isRecord(before) && !isRecord(after))
    return before === undefined && after === undefined ? [] : [{ field: '', before, after }]
  const old = isRecord(before) ? before : {}
  const now = isRecord(after) ? after : {}
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map(field => ({ field, before: old[field], after: now[field] }))
    .filter(change => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

/** What differs between two values, a field per line: before → after. */
export function Changes({ before, after }: { before: unknown; after: unknown }) {
  const t = useTexts(texts)
  const names: Readonly<Record<string, string>> = t.fields
  const changes = changesOf(before, after)
  if (changes.length === 0) return <span className={classes.muted}>{t.unchanged}</span>
  return (
    <ul className={classes.changes}>
      {changes.map(({ field, before: old, after: now }) => (
        <li key={field}>
          {field !== '' && <span className={classes.muted}>{names[field] ?? field}: </span>}
          {old !== undefined && old !== null && (
            <>
              <del>
                <Value field={field} value={old} />
              </del>
              {' → '}
            </>
          )}
          <ins>
            <Value field={field} value={now} />
          </ins>
        </li>
      ))}
    </ul>
  )
}

/** What a status can be of: the audit log says `status` of all of them. */
const statusesOf: Readonly<Record<string, readonly StatusKind[]>> = {
  orderStatus: ['order'],
  fulfilmentStatus: ['fulfilment'],
  state: ['payment'],
  status: ['refund', 'case', 'deadLetter', 'order', 'payment', 'run'],
}

function Value({ field, value }: { field: string; value: unknown }): ReactNode {
  const t = useTexts(texts)
  const { language } = useLanguage()
  if (value === undefined || value === null) return t.none
  if (typeof value === 'number' && field.endsWith('Fen')) return <Money fen={value} />
  if (typeof value === 'boolean') return value ? t.yes : t.no
  if (Array.isArray(value) && value.every(isLine))
    return value.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')
  for (const kind of statusesOf[field] ?? []) {
    const words: Readonly<Record<string, string>> = statusWords[kind][language]
    if (words[String(value)] !== undefined) return words[String(value)]
  }
  if (field === 'action') return wordFor(caseActionWords[language], String(value))
  if (field === 'result' || field === 'verdict') {
    const result = String(value)
    const word = wordFor(decisionWords[language], result)
    return <ApiText text={word} chinese={word === result ? noteInChinese(result) : word} brief />
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
