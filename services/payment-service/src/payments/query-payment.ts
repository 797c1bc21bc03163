import { Problem } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { AlipayClient, QueryAnswer, Unknown } from '../alipay/client.ts'
import { describeReply } from '../alipay/reply.ts'
import { takeForSync } from './attempt-store.ts'
import type { RecordAlipayResult } from './record-alipay-result.ts'

const anotherPayer = 'another payer was asked for'

interface Parts {
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
}

/** What Alipay says of an attempt that is open with us. */
export type Standing = 'payable' | 'paid' | 'closed' | 'no_trade'

/**
 * Queries Alipay about an order's open attempt because a request wants to know, and keeps what it says about money. At
 * most one query per order in `syncEveryS`, across replicas, and only within the budget that closings and refunds leave.
 * Resolves to how the attempt stands, or to undefined where no query was made: what we know stays true. `no_trade` is
 * payable too: Alipay makes a trade only once a buyer has scanned or logged in.
 * Throws the problem `alipay-failed` or `alipay-timeout` when there is no clear answer: nothing has changed then.
 */
export async function syncForRequest(
  orderId: string,
  { db, alipay, recordAlipayResult }: Parts & { db: Db },
  cause: string,
): Promise<Standing | undefined> {
  if (!alipay.hasRoom()) return undefined
  // An order has at most one open attempt: the next is added only once the one before is closed.
  const [outTradeNo] = await takeForSync(db, orderId)
  if (outTradeNo === undefined) return undefined
  const answer = await alipay.query(outTradeNo, 'curiosity')
  if (answer.outcome === 'unknown' && answer.why === 'over_budget') return undefined
  return recordQueryAnswer(outTradeNo, answer, { recordAlipayResult, cause })
}

/**
 * Makes sure that an attempt can't be paid any more, so that another payer may have the next. `no_trade`: no buyer is
 * tied to it, so that anybody can pay it as it is. Throws as `askAlipay` does; it may be payable then.
 */
export async function closeForAnother(
  outTradeNo: string,
  { alipay, recordAlipayResult }: Parts,
): Promise<'paid' | 'closed' | 'no_trade'> {
  const close = await alipay.close(outTradeNo)
  if (close.outcome === 'no_trade') return 'no_trade'
  if (close.outcome === 'closed') {
    const call = { what: 'close', cause: anotherPayer } as const
    await recordAlipayResult({ outTradeNo, input: { type: 'closedAtAlipay', outTradeNo }, call })
    return 'closed'
  }
  // Refused (paid, most likely) or unanswered: it may be closed all the same.
  const now = await recordQueryAnswer(outTradeNo, await alipay.query(outTradeNo), {
    recordAlipayResult,
    cause: anotherPayer,
  })
  if (now === 'payable') throw noAnswer({ outcome: 'unknown', why: 'failed', detail: close.detail })
  return now
}

/** Keeps what a query's answer says about money. Throws the problem for one that says nothing. */
export async function recordQueryAnswer(
  outTradeNo: string,
  answer: QueryAnswer,
  { recordAlipayResult, cause }: { recordAlipayResult: RecordAlipayResult; cause: string },
): Promise<Standing> {
  const call = { what: 'query', cause } as const
  switch (answer.outcome) {
    case 'paid':
      await recordAlipayResult({
        outTradeNo,
        input: { type: 'paid', trade: answer.trade, source: 'query' },
        call,
      })
      return 'paid'
    case 'closed':
      await recordAlipayResult({ outTradeNo, input: { type: 'closedAtAlipay', outTradeNo }, call })
      return 'closed'
    case 'waiting':
      return 'payable'
    case 'no_trade':
      return 'no_trade'
    case 'unknown':
      throw noAnswer(answer)
  }
}

function noAnswer({ why, unverified }: Unknown): Problem {
  const again = 'The order can still be paid: try again in a moment.'
  if (why === 'timeout') return new Problem('alipay-timeout', `Alipay did not answer in time. ${again}`)
  if (!unverified) return new Problem('alipay-failed', `Alipay could not be asked. ${again}`)
  const quoted = `Alipay’s reply could not be verified; it says: ${describeReply(unverified)}.`
  return new Problem('alipay-failed', `${quoted} ${again}`, { unverified })
}
