import { Alert, TextInput } from '@mantine/core'
import { useState } from 'react'
import { send } from '../../../api/send.ts'
import { ActionDialog } from '../../../components/action-dialog.tsx'
import { defineTexts, useTexts } from '../../../i18n/texts.ts'
import classes from '../order.module.css'
import type { OrderDetails } from '../order-data.ts'
import { hasParcel } from '../parcel-numbers.ts'
import { unitsText } from '../parcels.tsx'
import type { ToSettle } from '../wait.ts'
import { WaitNotice } from '../wait-notice.tsx'
import { UnitsInput } from './units-input.tsx'

const texts = defineTexts({
  en: {
    ship: 'Ship',
    title: 'Ship a parcel',
    units: 'Units in this parcel',
    of: (title: string, sku: string, left: number) => `${title} · ${sku} (${left} left)`,
    carrier: 'Carrier',
    number: 'Tracking number',
    sentence: (units: string) => `${units} leave the shop in this parcel, and the shopper sees the tracking number.`,
    tooMany: 'More units are typed than are left to ship.',
    nothing: 'Choose at least one unit.',
    sameNumber:
      'A parcel of this order has this number of this carrier already. If both went as one parcel, it can be recorded all the same.',
    done: (number: string) => `Parcel ${number} is recorded.`,
  },
  zh: {
    ship: '发货',
    title: '登记包裹',
    units: '此包裹中的商品',
    of: (title: string, sku: string, left: number) => `${title} · ${sku}（剩余 ${left}）`,
    carrier: '承运商',
    number: '运单号',
    sentence: (units: string) => `${units} 将随此包裹发出，顾客可看到运单号。`,
    tooMany: '填写的件数超过可发件数。',
    nothing: '请至少选择一件商品。',
    sameNumber: '此订单已有包裹使用该承运商的这个运单号。若确为同一包裹，仍可登记。',
    done: (number: string) => `已登记包裹 ${number}。`,
  },
})

/** Records a parcel: by default all that is left, with the carrier of the last one. */
export function ShipAction({ order, settle }: { order: OrderDetails; settle: ToSettle | undefined }) {
  const t = useTexts(texts)
  const { left, items: parcels } = order.shipments
  const [units, setUnits] = useState<Readonly<Record<string, number>>>({})
  const [carrier, setCarrier] = useState('')
  const [trackingNumber, setTrackingNumber] = useState('')
  const titleOf = (sku: string) => order.items.find(line => line.sku === sku)?.title ?? sku
  const lines = left.map(({ sku }) => ({ sku, quantity: units[sku] ?? 0 })).filter(({ quantity }) => quantity > 0)
  const tooMany = left.some(({ sku, quantity }) => (units[sku] ?? 0) > quantity)
  const reset = () => {
    setUnits(Object.fromEntries(left.map(({ sku, quantity }) => [sku, quantity])))
    setCarrier(parcels.at(-1)?.carrier ?? '')
    setTrackingNumber('')
  }
  return (
    <ActionDialog
      label={t.ship}
      title={t.title}
      sentence={
        <>
          {settle !== undefined && <WaitNotice settle={settle} ships />}
          {hasParcel(parcels, carrier, trackingNumber) && (
            <Alert role="note" color="orange" variant="light" mb="sm">
              {t.sameNumber}
            </Alert>
          )}
          {tooMany ? t.tooMany : lines.length === 0 ? t.nothing : t.sentence(unitsText(lines))}
        </>
      }
      confirm={t.ship}
      ready={lines.length > 0 && !tooMany && carrier.trim() !== '' && trackingNumber.trim() !== ''}
      onOpen={reset}
      run={async ({ key }) => {
        const body = { lines, carrier: carrier.trim(), trackingNumber: trackingNumber.trim() }
        await send('/api/admin/orders/{id}/shipments', { path: { id: order.orderId }, key, body })
        return body.trackingNumber
      }}
      done={t.done}
    >
      <fieldset className={classes.fields}>
        <legend>{t.units}</legend>
        {left.map(({ sku, quantity }) => (
          <UnitsInput
            key={sku}
            label={t.of(titleOf(sku), sku, quantity)}
            left={quantity}
            value={units[sku] ?? 0}
            change={value => setUnits({ ...units, [sku]: value })}
          />
        ))}
      </fieldset>
      <TextInput
        label={t.carrier}
        required
        maxLength={64}
        value={carrier}
        onChange={event => setCarrier(event.currentTarget.value)}
      />
      <TextInput
        label={t.number}
        required
        maxLength={64}
        value={trackingNumber}
        onChange={event => setTrackingNumber(event.currentTarget.value)}
      />
    </ActionDialog>
  )
}
