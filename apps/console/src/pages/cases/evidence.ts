/** How a field of our ledger and the same field at Alipay compare. */
export type Verdict = 'same' | 'differs' | 'one_side'
export type FieldName =
  | 'row'
  | 'status'
  | 'amount'
  | 'paid'
  | 'time'
  | 'outTradeNo'
  | 'tradeNo'
  | 'requestNo'
  | 'appId'
  | 'sellerId'

export interface ComparedField {
  name: FieldName
  ours: unknown
  theirs: unknown
  verdict: Verdict
}

/** `theirs` says what the right column is; for `summary`, both columns are of the bill: its lines and its summary. */
export interface Comparison {
  theirs: 'bill' | 'alipay' | 'summary'
  fields: ComparedField[]
}

interface ComparableCase {
  kind: string
  summary: string
  evidence: unknown
  outTradeNo?: string
}

/** What the order has of the trade that a case is about: evidence does not repeat it. */
export interface OurTrade {
  paidFen?: number
  tradeNo?: string
}

type Json = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectOf = (value: unknown): Json => (isObject(value) ? value : {})
const isThere = (value: unknown) => value !== undefined && value !== null && value !== ''

/** Our row beside Alipay's, from the evidence of a case. Undefined where the case is not about two rows. */
export function compareEvidence(about: ComparableCase, trade: OurTrade = {}): Comparison | undefined {
  const evidence = objectOf(about.evidence)
  switch (about.kind) {
    case 'bill_difference':
      return compareBill(about, evidence, trade)
    case 'outside_refund':
      return {
        theirs: isObject(evidence.bill) ? 'bill' : 'alipay',
        fields: fieldsOf([
          ['row', false, true],
          ['amount', undefined, evidence.refundedFen],
          ['paid', trade.paidFen, evidence.paidFen],
          ['time', undefined, evidence.refundedAt],
          ['outTradeNo', about.outTradeNo, about.outTradeNo],
          ['tradeNo', trade.tradeNo, evidence.tradeNo],
          ['requestNo', undefined, evidence.requestNo],
        ]),
      }
    case 'amount_mismatch':
    case 'unknown_order':
      return compareTrade(about, evidence)
    case 'app_mismatch':
    case 'seller_mismatch': {
      const body = objectOf(parseText(objectOf(evidence.notify).body))
      const reported = objectOf(evidence.trade)
      return {
        theirs: 'alipay',
        fields: fieldsOf([
          about.kind === 'app_mismatch'
            ? ['appId', undefined, body.app_id ?? body.auth_app_id, 'differs']
            : ['sellerId', undefined, body.seller_id, 'differs'],
          ['amount', evidence.expectedFen, reported.amountFen],
          ['tradeNo', undefined, reported.tradeNo ?? body.trade_no],
        ]),
      }
    }
    default:
      return undefined
  }
}

function compareBill({ summary, outTradeNo }: ComparableCase, evidence: Json, { tradeNo }: OurTrade): Comparison {
  const bill = objectOf(evidence.bill)
  const ours = objectOf(evidence.ours)
  const difference = String(evidence.difference ?? '')
  if (difference === 'totals_differ')
    return { theirs: 'summary', fields: fieldsOf([['amount', ours.amountFen, bill.amountFen]]) }
  const here = difference !== 'payment_missing_here' && difference !== 'refund_missing_here'
  const there = difference !== 'payment_missing_there' && difference !== 'refund_missing_there'
  // The ledger's status, trade and number are only in the text: "the ledger has this payment as trade 2026…".
  const status = /\bas ([A-Z_]+)$/.exec(summary)?.[1]
  const trade = /\bas trade (\S+)$/.exec(summary)?.[1] ?? (here ? tradeNo : undefined)
  return {
    theirs: 'bill',
    fields: fieldsOf([
      ['row', here || status !== undefined, there],
      ['status', status, status === undefined ? undefined : 'SUCCEEDED', 'differs'],
      ['amount', ours.amountFen, bill.amountFen],
      ['time', ours.at, bill.at],
      ['outTradeNo', here ? outTradeNo : undefined, there ? outTradeNo : undefined],
      ['tradeNo', trade, bill.tradeNo],
    ]),
  }
}

function compareTrade({ kind, outTradeNo }: ComparableCase, evidence: Json): Comparison {
  const trade = objectOf(evidence.trade)
  const known = kind !== 'unknown_order' || isThere(evidence.expectedFen)
  return {
    theirs: 'alipay',
    fields: fieldsOf([
      ['row', known, true],
      ['amount', evidence.expectedFen, trade.amountFen],
      ['time', undefined, trade.paidAt],
      ['outTradeNo', known ? outTradeNo : undefined, trade.outTradeNo ?? outTradeNo],
      ['tradeNo', undefined, trade.tradeNo],
    ]),
  }
}

/** `oneSided` is the verdict where only one side has a value. Fields without any value are left out. */
type Field = readonly [name: FieldName, ours: unknown, theirs: unknown, oneSided?: Verdict | undefined]

const fieldsOf = (fields: readonly Field[]): ComparedField[] =>
  fields
    .filter(([, ours, theirs]) => isThere(ours) || isThere(theirs))
    .map(([name, ours, theirs, oneSided = 'one_side']) => ({
      name,
      ours,
      theirs,
      verdict: isThere(ours) && isThere(theirs) ? verdictOf(name, ours, theirs) : oneSided,
    }))

function verdictOf(name: FieldName, ours: unknown, theirs: unknown): Verdict {
  if (sameValue(name, ours, theirs)) return 'same'
  return name === 'row' ? 'one_side' : 'differs'
}

/** Times are compared by their seconds, because the bill has no more. */
function sameValue(name: FieldName, ours: unknown, theirs: unknown): boolean {
  if (name !== 'time') return String(ours) === String(theirs)
  return timeOf(ours)?.slice(0, 19) === timeOf(theirs)?.slice(0, 19)
}

/** A time as JSON (2026-03-01T08:00:00Z) or PostgreSQL (2026-03-01 08:00:00+00) writes it, in ISO 8601 and UTC. */
export function timeOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}(?::?\d{2})?)$/.exec(value)
  if (match === null) return undefined
  const [, date, time, zone = 'Z'] = match
  const parsed = new Date(`${date}T${time}${/^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone}`)
  return Number.isNaN(parsed.getTime()) ? undefined : parsed.toISOString()
}

/** What a text holds: the fields of a form (a notify's body) or JSON; otherwise the text itself. */
export function parseText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (/^[{[]/.test(value)) {
    try {
      return JSON.parse(value)
    } catch {
      return value
    }
  }
  if (/^[\w.]+=[^&\s]*(&[\w.]+=[^&\s]*)+$/.test(value)) return Object.fromEntries(new URLSearchParams(value))
  return value
}
