import type { Logger } from '@alipay-checkout/service-kit'
import { type AlipayAccess, queryPayment } from '../payments/query-payment.ts'
import { orderIdOf } from '../payments/trade-number.ts'
import type { Session } from './stage-bill.ts'

/** Queries in flight at the same time. */
const concurrencyMax = 8

/**
 * Repairs payments that the bill has and the ledger lacks, where the attempt is known and the amount is the expected one.
 * The bill is not signed, so Alipay is queried first, and its answer is applied as a notify is. Marks each in the
 * session's table `found`; what Alipay does not confirm stays a difference. Resolves to how many were repaired.
 */
export async function repairMissingPayments(
  session: Session,
  { logger, date, ...access }: AlipayAccess & { logger: Logger; date: string },
): Promise<number> {
  const call = { what: 'reconciliation', cause: `the bill of ${date} has it as paid` } as const
  let repaired = 0

  async function repair(outTradeNo: string): Promise<void> {
    const result = await queryPayment(outTradeNo, access, { call, source: 'reconciliation' })
    if (result.state !== 'paid') {
      await note(session, outTradeNo, 'OPEN', `; queried again, Alipay reports ${result.state}`)
      return
    }
    if (result.decision.outcome === 'rejected') {
      await note(session, outTradeNo, 'OPEN', `; the result of a query was rejected: ${result.decision.reason}`)
      return
    }
    repaired++
    await note(session, outTradeNo, 'REPAIRED', '; Alipay confirmed it')
    logger.warn({ outTradeNo, order_id: orderIdOf(outTradeNo), date }, 'recorded a payment that only the bill had')
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
