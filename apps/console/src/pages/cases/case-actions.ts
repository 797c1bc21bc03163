import type { Answer } from '../../api/use-api.ts'
import { isObject } from './evidence.ts'

export type Case = Answer<'/api/admin/cases/{caseId}'>
export type CaseAction = Case['proposal']['action']

const allActions: readonly CaseAction[] = [
  'query_trade',
  'accept_payment',
  'refund_trade',
  'book_outside_refund',
  'retry_refund',
  'none',
]

/** The actions that apply to a case, by what payment-service needs for them. The proposed one comes first. */
export function actionsFor({ kind, orderId, outTradeNo, evidence, proposal }: Case): CaseAction[] {
  const trade = outTradeNo !== undefined
  const applies: Record<CaseAction, boolean> = {
    query_trade: trade,
    accept_payment: trade,
    // Its payment is not in the ledger, so there is nothing to refund yet.
    refund_trade: trade && orderId !== undefined && kind !== 'amount_mismatch',
    book_outside_refund: trade && orderId !== undefined && kind === 'outside_refund',
    retry_refund: isObject(evidence) && typeof evidence.refundId === 'string' && evidence.refundId.startsWith('ref_'),
    none: true,
  }
  const others = allActions.filter(action => applies[action] && action !== proposal.action)
  return [proposal.action, ...others]
}

/** Who approved which action of a case that waits for another person. Undefined where it does not. */
export function approvalOf({ status, trail }: Case): { by: string; action: CaseAction | undefined } | undefined {
  if (status !== 'APPROVED') return undefined
  const approved = trail.findLast(({ what }) => what === 'approved')
  if (approved === undefined) return undefined
  return { by: approved.by, action: splitNote(approved.note).action }
}

/** The trail writes an approval as `query_trade: the note`. */
export function splitNote(note = ''): { action: CaseAction | undefined; note: string } {
  const action = allActions.find(one => note.startsWith(`${one}: `))
  return action === undefined ? { action, note } : { action, note: note.slice(action.length + 2) }
}
