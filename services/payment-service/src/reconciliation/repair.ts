import type { Logger } from '@alipay-checkout/service-kit'
import type { AlipayClient } from '../alipay/client.ts'
import type { RecordAlipayResult } from '../payments/record-alipay-result.ts'
import type { Session } from './stage-bill.ts'

/** Questions to Alipay at the same time. */
const concurrencyMax = 8

/**
 * Repairs what the bill has as paid and we do not, where the attempt is ours and the amount is the expected one. The
 * bill is no signed word, so Alipay is asked first; what it says goes the way of a notify. Marks each in the session's
 * table `found`; what Alipay does not confirm stays a difference. Resolves to how many were repaired.
 */
export async function repairMissingPayments(
  session: Session,
  {
    alipay,
    recordAlipayResult,
    logger,
    date,
  }: { alipay: AlipayClient; recordAlipayResult: RecordAlipayResult; logger: Logger; date: string },
): Promise<number> {
  let repaired = 0

  async function repair(outTradeNo: string): Promise<void> {
    const answer = await alipay.query(outTradeNo)
    if (answer.outcome !== 'paid') {
      await note(session, outTradeNo, 'OPEN', `; asked again, Alipay says ${answer.outcome}`)
      return
    }
    const decision = await recordAlipayResult({
      outTradeNo,
      input: { type: 'paid', trade: answer.trade, source: 'reconciliation' },
      call: { what: 'reconciliation', cause: `the bill of ${date} has it as paid` },
    })
    if (decision.outcome === 'rejected') {
      await note(session, outTradeNo, 'OPEN', `; asked again, what Alipay says can not be right: ${decision.reason}`)
      return
    }
    repaired++
    await note(session, outTradeNo, 'REPAIRED', '; Alipay confirmed it')
    logger.warn({ outTradeNo, date }, 'the bill had a payment that nobody had told us of')
  }

  for (let after = ''; ; ) {
    const page = await session<{ subject: string }[]>`
      select subject from found
      where kind = 'payment_missing_here' and order_id is not null and bill_fen = ledger_fen and subject > ${after}
      order by subject limit ${concurrencyMax}`
    await Promise.all(page.map(({ subject }) => repair(subject)))
    const last = page.at(-1)
    if (!last || page.length < concurrencyMax) return repaired
    after = last.subject
  }
}

async function note(session: Session, subject: string, status: 'OPEN' | 'REPAIRED', detail: string): Promise<void> {
  await session`
    update found set status = ${status}, detail = detail || ${detail}
    where kind = 'payment_missing_here' and subject = ${subject}`
}
