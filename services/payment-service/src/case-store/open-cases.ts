import type { CaseAction, CaseKind } from '@alipay-checkout/contracts'
import { jsonRows, runAll, type Tx, textArray } from '@alipay-checkout/service-kit/database'
import { type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { uuidv7 } from 'uuidv7'
import { amountOf } from './evidence.ts'

/** A problem that needs a person. */
export interface NewCase {
  /** Identifies the problem, e.g. `refund_failed:ref_…`; the same key opens no second case. */
  readonly key: string
  readonly kind: Static<typeof CaseKind>
  readonly orderId?: string | undefined
  readonly outTradeNo?: string | undefined
  /** What is wrong, for people. */
  readonly summary: string
  /** The data that shows it; any JSON. */
  readonly evidence: unknown
  readonly proposal: { readonly action: Static<typeof CaseAction>; readonly why: string }
}

/** Opens cases in the transaction of their cause. */
export async function openCases(tx: Tx, opened: readonly NewCase[]): Promise<void> {
  await runAll(tx, caseInserts(opened))
}

/** The statement that opens cases; a case whose key exists is skipped. */
export function caseInserts(opened: readonly NewCase[]): SQL[] {
  if (opened.length === 0) return []
  const rows = opened.map(one => ({
    case_id: `case_${uuidv7().replaceAll('-', '')}`,
    key: one.key,
    kind: one.kind,
    order_id: one.orderId ?? null,
    out_trade_no: one.outTradeNo ?? null,
    summary: one.summary,
    evidence: one.evidence ?? null,
    amount_fen: amountOf(one.evidence),
    proposed_action: one.proposal.action,
    proposed_why: one.proposal.why,
  }))
  return [
    sql`
    with added as (
      insert into cases (
        case_id, key, kind, order_id, out_trade_no, summary, evidence, amount_fen, proposed_action, proposed_why)
      select case_id, key, kind, order_id, out_trade_no, summary, coalesce(evidence, 'null'), amount_fen,
        proposed_action, proposed_why
      from jsonb_to_recordset(${jsonRows(rows)}) as r(
        case_id text, key text, kind text, order_id text, out_trade_no text, summary text, evidence jsonb,
        amount_fen bigint, proposed_action text, proposed_why text)
      order by key
      on conflict (key) do nothing
      returning case_id
    )
    insert into case_trail (case_id, by, what) select case_id, 'system', 'opened' from added`,
  ]
}

/** The keys of an order's open cases that begin with one of these prefixes. */
export async function findOpenKeys(tx: Tx, orderId: string, prefixes: readonly string[]): Promise<string[]> {
  const rows = await tx.execute<{ key: string }>(sql`
    select key from cases, unnest(${textArray(prefixes)}) as prefix
    where order_id = ${orderId} and status <> 'RESOLVED' and starts_with(key, prefix)`)
  return rows.map(({ key }) => key)
}

/** Resolves open cases whose problem is gone; `note` is the reason. Resolved cases stay as they are. */
export async function settleCases(tx: Tx, keys: readonly string[], note: string): Promise<void> {
  if (keys.length === 0) return
  await tx.execute(sql`
    with settled as (
      update cases set status = 'RESOLVED', resolved_at = now()
      where key = any(${textArray(keys)}) and status <> 'RESOLVED'
      returning case_id
    )
    insert into case_trail (case_id, by, what, note) select case_id, 'system', 'settled', ${note} from settled`)
}
