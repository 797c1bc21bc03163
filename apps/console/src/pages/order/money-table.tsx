import { refundWhy } from '../../api-words/alipay-sentences.ts'
import { ApiText } from '../../components/api-text.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { RefundNote } from '../../components/refund-note.tsx'
import { Status, Word } from '../../components/status.tsx'
import tables from '../../components/tables.module.css'
import { CopyableId, Money, Time } from '../../components/values.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import classes from './order.module.css'
import { type OrderAnswer, type Payment, type Refund, underWay } from './order-data.ts'

const texts = defineTexts({
  en: {
    caption: 'Attempts, trades and refunds',
    what: 'Attempt, refund',
    status: 'Status',
    when: 'When',
    about: 'About',
    paid: 'Paid',
    refunded: 'Refunded',
    underWay: 'Under way',
    kept: 'Kept',
    sum: 'Paid − refunded = kept',
    trade: 'Alipay:',
    closeTries: (n: number) => `${n} tries to close`,
    by: (who: string) => `by ${who}`,
    approved: (who: string) => `second person: ${who}`,
    empty: 'No payment was opened yet.',
    shipping: 'with shipping',
  },
  zh: {
    caption: '付款尝试、交易与退款',
    what: '付款尝试 / 退款',
    status: '状态',
    when: '时间',
    about: '说明',
    paid: '已付',
    refunded: '已退',
    underWay: '退款中',
    kept: '留存',
    sum: '已付 − 已退 = 留存',
    trade: '支付宝：',
    closeTries: (n: number) => `已尝试关闭 ${n} 次`,
    by: (who: string) => `操作人 ${who}`,
    approved: (who: string) => `复核人 ${who}`,
    empty: '尚未发起付款。',
    shipping: '含运费',
  },
})

type Attempt = Payment['attempts'][number]
type MoneyRow = { id: string; attempt: Attempt } | { id: string; refund: Refund }

/** Each attempt, followed by the refunds of its trade. Refunds of trades that are no attempts come last. */
function rowsOf(payment: Payment, refunds: readonly Refund[]): MoneyRow[] {
  const known = new Set(payment.attempts.map(({ outTradeNo }) => outTradeNo))
  const refundRows = (wanted: (refund: Refund) => boolean): MoneyRow[] =>
    refunds.filter(wanted).map(refund => ({ id: refund.refundId, refund }))
  return [
    ...payment.attempts.flatMap((attempt): MoneyRow[] => [
      { id: attempt.outTradeNo, attempt },
      ...refundRows(({ outTradeNo }) => outTradeNo === attempt.outTradeNo),
    ]),
    ...refundRows(({ outTradeNo }) => !known.has(outTradeNo)),
  ]
}

/** The money of the order as one table that adds up. */
export function MoneyTable({ payment, refunds }: { payment: Payment; refunds: OrderAnswer['refunds'] }) {
  const t = useTexts(texts)
  const columns: Column<MoneyRow>[] = [
    { key: 'what', header: t.what, heads: true, cell: row => <Name row={row} /> },
    { key: 'status', header: t.status, cell: row => <RowStatus row={row} /> },
    { key: 'when', header: t.when, cell: row => <When row={row} /> },
    { key: 'about', header: t.about, cell: row => <About row={row} /> },
    {
      key: 'paid',
      header: t.paid,
      end: true,
      cell: row => 'attempt' in row && row.attempt.paidFen !== undefined && <Money fen={row.attempt.paidFen} />,
    },
    { key: 'underWay', header: t.underWay, end: true, cell: row => refundAmount(row, s => underWay.has(s)) },
    { key: 'refunded', header: t.refunded, end: true, cell: row => refundAmount(row, s => s === 'SUCCEEDED') },
    { key: 'kept', header: t.kept, end: true, cell: row => keptOf(row) },
  ]
  return (
    <DataTable
      caption={t.caption}
      columns={columns}
      rows={rowsOf(payment, refunds?.items ?? [])}
      rowKey={row => row.id}
      empty={t.empty}
      foot={<Sums payment={payment} refunds={refunds?.items ?? []} />}
    />
  )
}

/** What is left of a paid trade. */
function keptOf(row: MoneyRow) {
  if (!('attempt' in row) || row.attempt.paidFen === undefined) return null
  return <Money fen={row.attempt.paidFen - row.attempt.refundedFen} />
}

const refundAmount = (row: MoneyRow, counts: (status: string) => boolean) =>
  'refund' in row && counts(row.refund.status) ? <Money fen={row.refund.amountFen} /> : null

function Name({ row }: { row: MoneyRow }) {
  return (
    <span id={row.id} tabIndex={-1} className={'refund' in row ? classes.indent : undefined}>
      {'refund' in row && '↳ '}
      <CopyableId id={row.id} />
    </span>
  )
}

const RowStatus = ({ row }: { row: MoneyRow }) =>
  'attempt' in row ? (
    <Status kind="payment" value={row.attempt.status} />
  ) : (
    <Status kind="refund" value={row.refund.status} />
  )

function When({ row }: { row: MoneyRow }) {
  const at =
    'attempt' in row ? (row.attempt.paidAt ?? row.attempt.closedAt ?? row.attempt.openedAt) : row.refund.requestedAt
  return at === undefined ? null : <Time at={at} />
}

function About({ row }: { row: MoneyRow }) {
  return 'attempt' in row ? <AboutAttempt attempt={row.attempt} /> : <AboutRefund refund={row.refund} />
}

function AboutAttempt({ attempt: { method, tradeNo, closeTries } }: { attempt: Attempt }) {
  const t = useTexts(texts)
  return (
    <>
      {method !== undefined && <Word kind="method" value={method} />}
      {tradeNo !== undefined && (
        <div>
          {t.trade} <CopyableId id={tradeNo} />
        </div>
      )}
      {closeTries > 1 && <div>{t.closeTries(closeTries)}</div>}
    </>
  )
}

function AboutRefund({ refund }: { refund: Refund }) {
  const t = useTexts(texts)
  const units = (refund.lines ?? []).map(({ sku, quantity }) => `${quantity} × ${sku}`)
  if (refund.shippingFen) units.push(t.shipping)
  return (
    <>
      <div className={tables.text}>
        {refund.note === undefined ? refund.reason : <RefundNote note={refund.note} />} · {t.by(refund.requestedBy)}
        {refund.approvedBy !== undefined && ` · ${t.approved(refund.approvedBy)}`}
      </div>
      {units.length > 0 && <div>{units.join(', ')}</div>}
      {refund.why !== undefined && (
        <div>
          <ApiText text={refund.why} chinese={refundWhy(refund)} brief />
        </div>
      )}
    </>
  )
}

function Sums({ payment, refunds }: { payment: Payment; refunds: readonly Refund[] }) {
  const t = useTexts(texts)
  const underWayFen = refunds
    .filter(({ status }) => underWay.has(status))
    .reduce((sum, { amountFen }) => sum + amountFen, 0)
  const sums = [
    [t.paid, payment.paidFen],
    [t.underWay, underWayFen],
    [t.refunded, payment.refundedFen],
    [t.kept, payment.keptFen],
  ] as const
  return (
    <tr>
      <th scope="row" colSpan={4}>
        {t.sum}
      </th>
      {sums.map(([name, fen]) => (
        <SumCell key={name} name={name} fen={fen} />
      ))}
    </tr>
  )
}

const SumCell = ({ name, fen }: { name: string; fen: number }) => (
  <td data-label={name}>
    <Money fen={fen} />
  </td>
)
