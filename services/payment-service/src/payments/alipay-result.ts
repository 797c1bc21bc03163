import type { Actor, TraceContext } from '@alipay-checkout/service-kit'
import type { SignedNotify } from '../alipay/notify.ts'
import type { StoredNotify } from './notify-store.ts'
import type { Decision, Input } from './payment.ts'

/** The inputs that come from Alipay rather than from the order. */
export type AlipayInput = Exclude<Input, { type: 'orderCreated' | 'closingRequested' | 'orderEnded' }>

/** What Alipay reports about an attempt: in a signed notify, or in the verified answer to a call. */
export interface AlipayResult {
  readonly outTradeNo: string
  /** None for a notify that names another recipient: it is stored, and a case is opened. */
  readonly input?: AlipayInput
  readonly wrongRecipient?: WrongRecipient
  readonly notify?: Omit<StoredNotify, 'result'>
  /** For the timeline: the call that was made, and why. A received notify needs none, because it is stored whole. */
  readonly call?: AlipayCall
  /** What it was received in: its trace, unless it is the order's own, becomes a link. */
  readonly context?: TraceContext | undefined
}

export type AlipayCall = { readonly cause: string } & (
  | {
      readonly what: 'query' | 'close' | 'replay'
      /** The person who requested the call: a change because of it has a row in the audit log. */
      readonly requester?: { readonly actor: Actor; readonly reason?: string | undefined }
    }
  | { readonly what: 'reconciliation' | 'case'; readonly requester?: never }
)

/** A signed notify names another app or another seller than ours. */
export type WrongRecipient = 'another_app' | 'another_seller'

/** What an Alipay result did. */
export type ResultDecision = Decision | { readonly outcome: 'rejected'; readonly reason: WrongRecipient }

/** A decision in one word: `paid`, `already_paid`, `amount_differs`. */
export function resultOf(decision: ResultDecision): string {
  return decision.outcome === 'changed' ? decision.as : decision.reason
}

/** What a signed notify reports; only its recipient when it is not meant for this app and seller. */
export function notifyResult(
  notify: SignedNotify,
  { appId, sellerId }: { appId: string; sellerId: string },
): AlipayResult {
  const { outTradeNo, content } = notify
  if (notify.appId !== appId) return { outTradeNo, notify, wrongRecipient: 'another_app' }
  if (notify.sellerId !== sellerId) return { outTradeNo, notify, wrongRecipient: 'another_seller' }
  if (content.type === 'paid') {
    return { outTradeNo, notify, input: { type: 'paid', trade: content.trade, source: 'notify' } }
  }
  return content.refunded
    ? { outTradeNo, notify, input: { type: 'refundNoticed', ...content.refunded, origin: 'outside' } }
    : {
        outTradeNo,
        notify,
        input: { type: 'noMoney', outTradeNo, amountFen: content.amountFen, reason: content.reason },
      }
}
