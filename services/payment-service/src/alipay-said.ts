import { createBatcher, type Db } from '@alipay-checkout/service-kit'
import { appendNotifies, type JudgedNotify } from './db/notifies.ts'
import { lockPaymentsOfAttempts, saveDecisions } from './db/payments.ts'
import { decideAll } from './decide-all.ts'
import type { Decision, Input, Payment } from './payment.ts'
import { sharedFate } from './shared-fate.ts'

/** The inputs that come from Alipay rather than from the order. */
export type AlipayInput = Exclude<Input, { type: 'orderCreated' | 'closingAsked' | 'orderEnded' }>

/** Something Alipay said about an attempt: in a notify that it signed, or in answer to a question of ours. */
export interface AlipayWord {
  readonly outTradeNo: string
  /** None when the notify isn't meant for us: then it is only kept. */
  readonly input?: AlipayInput
  readonly notify?: Omit<JudgedNotify, 'verdict'>
}

/** What became of it. */
export type Judgement = Decision | { readonly outcome: 'rejected'; readonly why: 'not_for_us' }

/** Keeps what Alipay said; resolves after the commit. Rejects when it could not be kept: nothing has changed then. */
export type KeepWord = (word: AlipayWord) => Promise<Judgement>

/** Words that share a transaction: enough for a flood of notifies, few enough to hold locks briefly. */
const batchSizeMax = 200

/**
 * Makes the one way in for everything Alipay says. Words that come together share one transaction of a fixed number of
 * statements: lock, decide, save, events, notifies. `onCommitted` runs after each one that may have written an event.
 */
export function createKeepWord({ db, onCommitted }: { db: Db; onCommitted: () => void }): KeepWord {
  async function keep(words: AlipayWord[]): Promise<Judgement[]> {
    const judgements = await db.transaction(async tx => {
      const { payments, now } = await lockPaymentsOfAttempts(
        tx,
        words.flatMap(({ outTradeNo, input }) => (input ? [outTradeNo] : [])),
      )
      const orderOf = orderIdsByAttempt([...payments.values()])
      const decided = decideAll(
        payments,
        words.flatMap(({ outTradeNo, input }) =>
          input ? [{ orderId: orderOf.get(outTradeNo) ?? outTradeNo, input }] : [],
        ),
      )
      const decisions = decided.decisions.values()
      const judgements = words.map(
        ({ input }): Judgement =>
          input ? (decisions.next().value as Decision) : { outcome: 'rejected', why: 'not_for_us' },
      )
      const notifies = words.flatMap(({ notify }, index) =>
        notify ? [{ ...notify, verdict: verdictOf(judgements[index] as Judgement) }] : [],
      )
      await Promise.all([saveDecisions(tx, decided, now), appendNotifies(tx, notifies)])
      return judgements
    })
    onCommitted()
    return judgements
  }
  return createBatcher({ batchSizeMax, run: sharedFate(keep) })
}

/** One word for what became of it: `paid`, `already_paid`, `amount_differs`. */
export function verdictOf(judgement: Judgement): string {
  return judgement.outcome === 'changed' ? judgement.as : judgement.why
}

function orderIdsByAttempt(payments: readonly Payment[]): ReadonlyMap<string, string> {
  return new Map(payments.flatMap(({ orderId, attempts }) => attempts.map(({ outTradeNo }) => [outTradeNo, orderId])))
}
