import { send } from '../../api/send.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { CopyableId, Time } from '../../components/values.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import type { OrderDetails } from './order-data.ts'

const texts = defineTexts({
  en: {
    caption: 'Parcels',
    number: 'Tracking number',
    carrier: 'Carrier',
    lines: 'Units',
    shipped: 'Shipped',
    delivered: 'Delivered',
    mark: 'Mark delivered',
    sentence: (number: string) => `The parcel ${number} is recorded as delivered.`,
    done: 'The parcel is delivered.',
    empty: 'No parcel has left yet.',
  },
  zh: {
    caption: '包裹',
    number: '运单号',
    carrier: '承运商',
    lines: '商品',
    shipped: '发货时间',
    delivered: '送达时间',
    mark: '标记送达',
    sentence: (number: string) => `包裹 ${number} 将记为已送达。`,
    done: '包裹已标记为送达。',
    empty: '尚无包裹发出。',
  },
})

type Parcel = OrderDetails['shipments']['items'][number]

/** The parcels of the order. */
export function Parcels({ parcels }: { parcels: readonly Parcel[] }) {
  const t = useTexts(texts)
  const columns: Column<Parcel>[] = [
    {
      key: 'number',
      header: t.number,
      heads: true,
      cell: ({ shipmentId, trackingNumber }) => (
        <span id={shipmentId} tabIndex={-1}>
          <CopyableId id={trackingNumber} />
        </span>
      ),
    },
    { key: 'carrier', header: t.carrier, cell: parcel => parcel.carrier },
    { key: 'lines', header: t.lines, cell: parcel => unitsText(parcel.lines) },
    { key: 'shipped', header: t.shipped, cell: parcel => <Time at={parcel.shippedAt} /> },
    { key: 'delivered', header: t.delivered, cell: parcel => <Delivered parcel={parcel} /> },
  ]
  return (
    <DataTable
      caption={t.caption}
      columns={columns}
      rows={parcels}
      rowKey={parcel => parcel.shipmentId}
      empty={t.empty}
    />
  )
}

export const unitsText = (lines: readonly { sku: string; quantity: number }[]) =>
  lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ')

function Delivered({ parcel }: { parcel: Parcel }) {
  const t = useTexts(texts)
  const { can } = useSession()
  if (parcel.deliveredAt !== undefined) return <Time at={parcel.deliveredAt} />
  if (!can('shipment.write')) return null
  return (
    <ActionDialog
      label={t.mark}
      title={t.mark}
      sentence={t.sentence(parcel.trackingNumber)}
      confirm={t.mark}
      run={() => send('/api/admin/shipments/{id}/delivered', { path: { id: parcel.shipmentId } })}
      done={() => t.done}
    />
  )
}
