import { Checkbox, NativeSelect, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatFen, parseYuan } from '../../../format/format.ts'
import { useTexts } from '../../../i18n/texts.ts'
import classes from '../order.module.css'
import type { OrderDetails, Payment, RefundList } from '../order-data.ts'
import type { RefundChoice } from './refund-choice.ts'
import { refundTexts } from './refund-texts.ts'
import { UnitsInput } from './units-input.tsx'

interface FieldsProps {
  order: OrderDetails | undefined
  payment: Payment | undefined
  refunds: RefundList
  choice: RefundChoice
  change(choice: Partial<RefundChoice>): void
}

/** Lines, everything or an amount, with what belongs to each. */
export function RefundFields(props: FieldsProps) {
  const t = useTexts(refundTexts)
  const { refunds, choice, change } = props
  const hasLines = refunds.lines.some(({ refundableQuantity }) => refundableQuantity > 0)
  return (
    <>
      <Radio.Group label={t.what} value={choice.kind} onChange={kind => change({ kind: kind as RefundChoice['kind'] })}>
        <div className={classes.choices}>
          {hasLines && <Radio size="xs" value="lines" label={t.lines} />}
          <Radio size="xs" value="whole" label={t.whole(formatFen(tradeOf(refunds, choice).refundableFen))} />
          <Radio size="xs" value="amount" label={t.amount} />
        </div>
      </Radio.Group>
      {choice.kind === 'lines' && <LineFields {...props} />}
      {choice.kind === 'amount' && <AmountField {...props} />}
      {choice.kind !== 'lines' && refunds.trades.length > 1 && <TradeField {...props} />}
    </>
  )
}

/** The chosen trade, by default the one that paid the order. */
function tradeOf(refunds: RefundList, { outTradeNo }: RefundChoice): { refundableFen: number } {
  return refunds.trades.find(trade => trade.outTradeNo === outTradeNo) ?? refunds
}

/** Alipay's number of the trade. Undefined where it is not known. */
export const tradeNoOf = (payment: Payment | undefined, outTradeNo: string): string | undefined =>
  payment?.attempts.find(attempt => attempt.outTradeNo === outTradeNo)?.tradeNo

function LineFields({ order, refunds, choice, change }: FieldsProps) {
  const t = useTexts(refundTexts)
  const titleOf = (sku: string) => order?.items.find(line => line.sku === sku)?.title ?? sku
  const setUnits = (sku: string, quantity: number) => change({ units: { ...choice.units, [sku]: quantity } })
  return (
    <fieldset className={classes.fields}>
      <legend>{t.lines}</legend>
      {refunds.lines.map(({ sku, refundableQuantity: left, refundableFen }) => (
        <div key={sku} className={classes.lineChoice}>
          <Checkbox
            size="xs"
            label={t.line(titleOf(sku), left, formatFen(refundableFen))}
            disabled={left === 0}
            checked={(choice.units[sku] ?? 0) > 0}
            onChange={event => setUnits(sku, event.currentTarget.checked ? left : 0)}
          />
          <UnitsInput
            name={t.units(titleOf(sku))}
            left={left}
            value={choice.units[sku] ?? 0}
            change={value => setUnits(sku, value)}
          />
        </div>
      ))}
      {refunds.shippingRefundableFen > 0 && (
        <Checkbox
          size="xs"
          label={t.shipping(formatFen(refunds.shippingRefundableFen))}
          checked={choice.includeShipping}
          onChange={event => change({ includeShipping: event.currentTarget.checked })}
        />
      )}
      <Checkbox
        size="xs"
        label={t.returnToStock}
        checked={choice.returnToStock}
        onChange={event => change({ returnToStock: event.currentTarget.checked })}
      />
    </fieldset>
  )
}

function AmountField({ refunds, choice, change }: FieldsProps) {
  const t = useTexts(refundTexts)
  const [text, setText] = useState('')
  const most = tradeOf(refunds, choice).refundableFen
  const wrong = text !== '' && choice.amountFen === undefined
  return (
    <TextInput
      label={t.amountLabel}
      inputMode="decimal"
      required
      value={text}
      error={wrong ? t.amountError(formatFen(most)) : undefined}
      onChange={event => {
        setText(event.currentTarget.value)
        const fen = parseYuan(event.currentTarget.value)
        change({ amountFen: fen !== undefined && fen > 0 && fen <= most ? fen : undefined })
      }}
    />
  )
}

function TradeField({ payment, refunds, choice, change }: FieldsProps) {
  const t = useTexts(refundTexts)
  const trades = refunds.trades.map(({ outTradeNo, refundableFen }) => {
    return {
      value: outTradeNo,
      label: `${t.tradeName(outTradeNo, tradeNoOf(payment, outTradeNo))} (${formatFen(refundableFen)})`,
    }
  })
  return (
    <NativeSelect
      label={t.trade}
      size="xs"
      data={[{ value: '', label: t.paidTrade }, ...trades]}
      value={choice.outTradeNo ?? ''}
      onChange={event => change({ outTradeNo: event.currentTarget.value || undefined })}
    />
  )
}
