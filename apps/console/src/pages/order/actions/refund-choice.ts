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

/** The request that makes this refund, without its reason. Undefined while something is to be filled in. */
export function requestOf(choice: RefundChoice): RefundRequest | undefined {
  const trade = choice.outTradeNo === undefined ? {} : { outTradeNo: choice.outTradeNo }
  switch (choice.kind) {
    case 'whole':
      return trade
    case 'amount':
      return choice.amountFen ? { amountFen: choice.amountFen, ...trade } : undefined
    case 'lines': {
      const lines = Object.entries(choice.units)
        .filter(([, quantity]) => quantity > 0)
        .map(([sku, quantity]) => ({ sku, quantity }))
      if (lines.length === 0) return undefined
      const { includeShipping, returnToStock } = choice
      return { lines, ...(includeShipping && { includeShipping }), ...(returnToStock && { returnToStock }) }
    }
  }
}
