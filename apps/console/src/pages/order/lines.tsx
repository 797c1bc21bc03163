import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { Status } from '../../components/status.tsx'
import { Money } from '../../components/values.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import type { OrderAnswer, OrderDetails } from './order-data.ts'
import { type RefundedUnits, refundedUnits } from './refunded-units.ts'

const texts = defineTexts({
  en: {
    caption: 'Lines',
    sku: 'SKU',
    title: 'Title',
    price: 'Price',
    ordered: 'Ordered',
    stock: 'Stock',
    reserved: 'Reserved',
    sold: 'Sold',
    shipped: 'Shipped',
    refunded: 'Refunded',
    underWay: 'Refund under way',
    returned: 'Back on sale',
    sum: 'Sum',
    total: 'Total',
  },
  zh: {
    caption: '商品明细',
    sku: 'SKU',
    title: '名称',
    price: '单价',
    ordered: '数量',
    stock: '库存',
    reserved: '已预留',
    sold: '已售',
    shipped: '已发货',
    refunded: '已退款',
    underWay: '退款中',
    returned: '已回库',
    sum: '小计',
    total: '合计',
  },
})

interface LineRow {
  sku: string
  title: string
  unitPriceFen: number
  quantity: number
  sumFen: number
  stock?: { status: string; quantity: number; returned: number }
  shipped: number
  /** Undefined while payment-service does not answer. */
  refunded: RefundedUnits | undefined
}

function rowsOf({ order, stock, refunds }: OrderAnswer): LineRow[] {
  return (order?.items ?? []).map(({ sku, title, unitPriceFen, quantity, adjustmentFen = 0 }) => {
    const ofStock = stock?.items.find(line => line.sku === sku)
    const shipped = (order?.shipments.items ?? [])
      .flatMap(({ lines }) => lines)
      .filter(line => line.sku === sku)
      .reduce((sum, line) => sum + line.quantity, 0)
    return {
      sku,
      title,
      unitPriceFen,
      quantity,
      sumFen: unitPriceFen * quantity + adjustmentFen,
      ...(ofStock && { stock: ofStock }),
      shipped,
      refunded: refunds && refundedUnits(refunds, sku),
    }
  })
}

/** The lines of the order: what was ordered, and where its units are. */
export function Lines({ answer }: { answer: OrderAnswer }) {
  const t = useTexts(texts)
  const order = answer.order as OrderDetails
  const number = (key: string, header: string, cell: (row: LineRow) => number | undefined): Column<LineRow> => {
    return { key, header, end: true, cell: row => cell(row) ?? '?' }
  }
  const rows = rowsOf(answer)
  const anyUnderWay = rows.some(({ refunded }) => refunded !== undefined && refunded.underWay > 0)
  const columns: Column<LineRow>[] = [
    { key: 'sku', header: t.sku, heads: true, cell: row => <EntityLink entity="product" id={row.sku} /> },
    { key: 'title', header: t.title, cell: row => row.title },
    { key: 'price', header: t.price, end: true, cell: row => <Money fen={row.unitPriceFen} /> },
    number('ordered', t.ordered, row => row.quantity),
    {
      key: 'stock',
      header: t.stock,
      cell: row => (row.stock ? <Status kind="stock" value={row.stock.status} /> : '?'),
    },
    number('reserved', t.reserved, row => unitsIn(row, 'RESERVED')),
    number('sold', t.sold, row => unitsIn(row, 'COMMITTED')),
    number('shipped', t.shipped, row => row.shipped),
    ...(anyUnderWay ? [number('underWay', t.underWay, row => row.refunded?.underWay)] : []),
    number('refunded', t.refunded, row => row.refunded?.done),
    number('returned', t.returned, row => row.stock?.returned),
    { key: 'sum', header: t.sum, end: true, cell: row => <Money fen={row.sumFen} /> },
  ]
  return (
    <DataTable
      caption={t.caption}
      columns={columns}
      rows={rows}
      rowKey={row => row.sku}
      foot={<Sums order={order} span={columns.length - 1} label={t.sum} total={t.total} />}
    />
  )
}

const unitsIn = ({ stock }: LineRow, status: string) =>
  stock === undefined ? undefined : stock.status === status ? stock.quantity : 0

/** What was added to the lines, such as shipping, and the total. Discounts of the whole order are in its lines already. */
function Sums(props: { order: OrderDetails; span: number; label: string; total: string }) {
  const { order, span, label, total } = props
  const shipping = order.adjustments.filter(({ type }) => type === 'shipping')
  return (
    <>
      {shipping.map(({ label: name, amountFen }) => (
        <tr key={name}>
          <th scope="row" colSpan={span}>
            {name}
          </th>
          <td data-label={label}>
            <Money fen={amountFen} />
          </td>
        </tr>
      ))}
      <tr>
        <th scope="row" colSpan={span}>
          {total}
        </th>
        <td data-label={total}>
          <Money fen={order.totalFen} />
        </td>
      </tr>
    </>
  )
}
