import { Problem } from '@alipay-checkout/service-kit'
import type { AlipayClient } from './alipay/client.ts'
import type { KeepWord } from './alipay-said.ts'

/**
 * Asks Alipay about an attempt and keeps what it says about money. Resolves to whether it can still be paid.
 * Throws the problem `alipay-failed` or `alipay-timeout` when there is no clear answer: nothing has changed then.
 */
export async function askAlipay(
  outTradeNo: string,
  { alipay, keepWord }: { alipay: AlipayClient; keepWord: KeepWord },
): Promise<'payable' | 'paid' | 'closed'> {
  const answer = await alipay.query(outTradeNo)
  switch (answer.outcome) {
    case 'paid':
      await keepWord({ outTradeNo, input: { type: 'moneyCame', trade: answer.trade, source: 'query' } })
      return 'paid'
    case 'closed':
      await keepWord({ outTradeNo, input: { type: 'closedAtAlipay', outTradeNo } })
      return 'closed'
    case 'waiting':
    // Alipay: a trade exists only once the buyer has scanned or logged in.
    case 'no_trade':
      return 'payable'
    case 'unknown':
      throw answer.why === 'timeout'
        ? new Problem(
            'alipay-timeout',
            'Alipay did not answer in time. The order can still be paid: try again in a moment.',
          )
        : new Problem('alipay-failed', 'Alipay could not be asked. The order can still be paid: try again in a moment.')
  }
}
