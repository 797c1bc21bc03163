import { parseArgs } from 'node:util'
import type { RefundBody } from '@alipay-checkout/contracts'

export const usage = `Refunds a paid order: the whole remaining amount, a given amount, or what was paid for some units.

  npm run refund -- <orderId> --reason "…"                        the whole remaining amount
  npm run refund -- <orderId> --amount 12.34 --reason "…"         12.34 yuan
  npm run refund -- <orderId> --line tea-01=2 --reason "…"        two units, at their share of what was paid

  --trade number        the trade (out_trade_no), if the order was paid more than once; default: the one that paid it
  --line sku=quantity   can be repeated
  --include-shipping    with --line: also what is left of the shipping fee
  --return-to-stock     puts the units of the lines back on sale
  --as name             who requests the refund, for the audit trail (default: console)
  --key text            idempotency key: the same key is the same refund; by default one is generated and printed
  --no-wait             exits once the refund is accepted, without waiting for Alipay's result
  --json                machine-readable output`

export interface RefundCommand {
  orderId: string
  body: RefundBody
  as: string
  key: string | undefined
  waits: boolean
  json: boolean
}

/**
 * Parses a command line; undefined if it asks for help. Only amounts and lines are checked here, the rest by the
 * gateway. Throws Error saying what to type instead.
 */
export function readRefundArguments(args: string[]): RefundCommand | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      amount: { type: 'string' },
      line: { type: 'string', multiple: true },
      trade: { type: 'string' },
      'include-shipping': { type: 'boolean' },
      'return-to-stock': { type: 'boolean' },
      reason: { type: 'string' },
      as: { type: 'string', default: 'console' },
      key: { type: 'string' },
      'no-wait': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  })
  const [orderId, ...rest] = positionals
  if (values.help || orderId === undefined) return undefined
  if (rest.length > 0) throw new Error(`one order at a time: remove ${rest.join(' ')}`)
  if (!values.reason) throw new Error('a reason is required: --reason "…"')
  const body: RefundBody = {
    ...(values.amount !== undefined && { amountFen: fenOf(values.amount) }),
    ...(values.line && { lines: values.line.map(lineOf) }),
    ...(values['include-shipping'] && { includeShipping: true }),
    ...(values['return-to-stock'] && { returnToStock: true }),
    ...(values.trade !== undefined && { outTradeNo: values.trade }),
    reason: values.reason,
  }
  return { orderId, body, as: values.as, key: values.key, waits: !values['no-wait'], json: values.json }
}

/** Parses yuan into fen, digit by digit because 0.29 × 100 is not 29 in floating point. */
function fenOf(yuan: string): number {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan)
  if (!match) throw new Error(`--amount is yuan with at most two decimals, like 12.34: ${yuan} is not`)
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

function lineOf(text: string): { sku: string; quantity: number } {
  const match = /^(.+)=([1-9]\d{0,6})$/.exec(text)
  if (!match) throw new Error(`--line is a SKU and a number of units, like tea-01=2: ${text} is not`)
  return { sku: match[1] as string, quantity: Number(match[2]) }
}
