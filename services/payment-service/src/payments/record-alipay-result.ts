import { createBatcher, faultPoint } from '@alipay-checkout/service-kit'
import { type Db, transact } from '@alipay-checkout/service-kit/database'
import { caseInserts } from '../case-store/open-cases.ts'
import { outsideRefundKey } from '../refunds/outside-refund.ts'
import { findKnownRefunds, type KnownRefunds, type RefundNotice } from '../refunds/refund-store.ts'
import { decideAll } from './decide-all.ts'
import { caseAbout } from './mismatch-case.ts'
import { type JudgedNotify, notifyInserts } from './notify-store.ts'
import type { Decision, Input, Payment } from './payment.ts'
import { type LogEntry, logInserts } from './payment-log.ts'
import { decisionWrites, lockPaymentsOfAttempts } from './payment-store.ts'
import { sharedFate } from './shared-fate.ts'

/** The inputs that come from Alipay rather than from the order. */
export type AlipayInput = Exclude<Input, { type: 'orderCreated' | 'closingAsked' | 'orderEnded' }>

/** Something Alipay said about an attempt: in a notify that it signed, or in answer to a question of ours. */
export interface AlipayResult {
  readonly outTradeNo: string
  /** None when the notify isn't meant for us: then it is only kept, and a person is told. */
  readonly input?: AlipayInput
  readonly wrongRecipient?: WrongRecipient
  readonly notify?: Omit<JudgedNotify, 'verdict'>
  /** For the timeline: what we asked, and why. Notifies are kept as they are and need none. */
  readonly asked?: { readonly what: 'query' | 'close' | 'reconciliation' | 'case'; readonly cause: string }
}

/** Whom a signed notify names instead of us. */
export type WrongRecipient = 'another_app' | 'another_seller'

/** What became of it. */
export type Judgement = Decision | { readonly outcome: 'rejected'; readonly why: WrongRecipient }

/** Keeps what Alipay said; resolves after the commit. Rejects when it could not be kept: nothing has changed then. */
export type RecordAlipayResult = (word: AlipayResult) => Promise<Judgement>

/** Words that share a transaction: enough for a flood of notifies, few enough to hold locks briefly. */
const batchSizeMax = 200

/**
 * Makes the one way in for everything Alipay says. Words that come together share one transaction of two round trips and
 * a fixed number of statements: lock, decide, save, events, notifies; and the log and cases where there are any. `onCommitted` runs after
 * each one that may have written an event.
 */
export function createRecordAlipayResult({ db, onCommitted }: { db: Db; onCommitted: () => void }): RecordAlipayResult {
  async function keep(received: AlipayResult[]): Promise<Judgement[]> {
    const judgements = await transact(db, async tx => {
      // Sent together: what is known of refunds is read after the lock was had, so that nobody adds to it meanwhile.
      const [{ payments, now }, known] = await Promise.all([
        lockPaymentsOfAttempts(
          tx,
          received.flatMap(({ outTradeNo, input }) => (input ? [outTradeNo] : [])),
        ),
        findKnownRefunds(tx, received.flatMap(refundNoticeOf)),
      ])
      const words = withOrigins(received, known)
      const orderOf = orderIdsByAttempt([...payments.values()])
      const decided = decideAll(
        payments,
        words.flatMap(({ outTradeNo, input }) =>
          input ? [{ orderId: orderOf.get(outTradeNo) ?? outTradeNo, input }] : [],
        ),
      )
      const decisions = decided.decisions.values()
      const judged = words.map(word => ({
        word,
        payment: payments.get(orderOf.get(word.outTradeNo) ?? ''),
        judgement: word.input
          ? (decisions.next().value as Decision)
          : ({ outcome: 'rejected', why: word.wrongRecipient ?? 'another_app' } as const),
      }))
      const cases = judged.flatMap(({ word, judgement, payment }) => caseAbout(word, judgement, payment))
      faultPoint('alipay_result.uncommitted')
      return {
        writes: [
          ...decisionWrites(decided, now),
          ...notifyInserts(judged.flatMap(notifyOf)),
          ...logInserts(judged.flatMap(logEntryOf)),
          ...caseInserts(cases),
        ],
        result: judged.map(({ judgement }) => judgement),
      }
    })
    faultPoint('alipay_result.committed')
    onCommitted()
    return judgements
  }
  return createBatcher({ batchSizeMax, run: sharedFate(keep) })
}

function refundNoticeOf({ input }: AlipayResult): RefundNotice[] {
  if (input?.type !== 'refundNoticed') return []
  const { trade, refund } = input
  const caseKey = outsideRefundKey(trade.outTradeNo, refund.requestNo, refund.refundedFen)
  return [{ outTradeNo: trade.outTradeNo, requestNo: refund.requestNo, caseKey }]
}

/**
 * The words, with whose refund each notice of one is about. The same notice twice in a batch is new only once. One
 * without a number is news only where more went back than the ledger's refunds account for.
 */
function withOrigins(
  words: readonly AlipayResult[],
  { ours, outside, backFen }: KnownRefunds,
): readonly AlipayResult[] {
  const seen = new Set(outside)
  return words.map(word => {
    const [notice] = refundNoticeOf(word)
    if (!notice) return word
    const input = word.input as Extract<Input, { type: 'refundNoticed' }>
    const { outTradeNo, requestNo, caseKey } = notice
    const isAccountedFor = requestNo
      ? ours.get(requestNo) === outTradeNo
      : input.refund.refundedFen <= (backFen.get(outTradeNo) ?? 0)
    if (isAccountedFor) return { ...word, input: { ...input, origin: 'ours' } }
    const origin = seen.has(caseKey) ? 'outside_known' : 'outside'
    seen.add(caseKey)
    return { ...word, input: { ...input, origin } }
  })
}

interface Judged {
  readonly word: AlipayResult
  readonly judgement: Judgement
}

function notifyOf({ word: { notify }, judgement }: Judged): JudgedNotify[] {
  return notify ? [{ ...notify, verdict: verdictOf(judgement) }] : []
}

/** Only what had an effect: an attempt that is asked about twenty times and stays unpaid is not news. */
function logEntryOf({ word: { outTradeNo, asked }, judgement }: Judged): LogEntry[] {
  if (!asked || judgement.outcome !== 'changed') return []
  const detail = { outTradeNo, result: judgement.as }
  return [{ orderId: judgement.payment.orderId, what: asked.what, cause: asked.cause, detail }]
}

/** One word for what became of it: `paid`, `already_paid`, `amount_differs`. */
export function verdictOf(judgement: Judgement): string {
  return judgement.outcome === 'changed' ? judgement.as : judgement.why
}

function orderIdsByAttempt(payments: readonly Payment[]): ReadonlyMap<string, string> {
  return new Map(payments.flatMap(({ orderId, attempts }) => attempts.map(({ outTradeNo }) => [outTradeNo, orderId])))
}
