import type { RefundList } from '../order-data.ts'

/** What a person chose in the refund dialog. */
export interface RefundChoice {
  kind: 'lines' | 'whole' | 'amount'
  /** Units by SKU. */
  units: Readonly<Record<string, number>>
  includeShipping: boolean
  returnToStock: boolean
  amountFen: number | undefined
  /** The trade; undefined: the one that paid the order. */
  outTradeNo: string | undefined
}

export interface RefundRequest {
  amountFen?: number
  lines?: { sku: string; quantity: number }[]
  returnToStock?: boolean
  includeShipping?: boolean
  outTradeNo?: string
}

export const initialChoice = (refunds: RefundList): RefundChoice => ({
  kind: refunds.lines.some(({ refundableQuantity }) => refundableQuantity > 0) ? 'lines' : 'whole',
  units: {},
  includeShipping: false,
  returnToStock: false,
  amountFen: undefined,
  outTradeNo: undefined,
})

/** Whether more units of a line are typed than can still be refunded. */
export const hasTooMany = (choice: RefundChoice, lines: RefundList['lines']): boolean =>
  choice.kind === 'lines' &&
  Object.entries(choice.units).some(
    ([sku, quantity]) => quantity > (lines.find(line => line.sku === sku)?.refundableQuantity ?? 0),
  )

/**
 * The request that makes this refund, without its reason. Undefined while something is to be filled in or put right.
 * @param lines what can still be refunded
 */
export function requestOf(choice: RefundChoice, lines: RefundList['lines']): RefundRequest | undefined {
  if (hasTooMany(choice, lines)) return undefined
  const trade = choice.outTradeNo === undefined ? {} : { outTradeNo: choice.outTradeNo }
  switch (choice.kind) {
    case 'whole':
      return trade
    case 'amount':
      return choice.amountFen ? { amountFen: choice.amountFen, ...trade } : undefined
    case 'lines': {
      const units = Object.entries(choice.units)
        .filter(([, quantity]) => quantity > 0)
        .map(([sku, quantity]) => ({ sku, quantity }))
      if (units.length === 0) return undefined
      const { includeShipping, returnToStock } = choice
      return { lines: units, ...(includeShipping && { includeShipping }), ...(returnToStock && { returnToStock }) }
    }
  }
}
