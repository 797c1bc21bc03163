import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/page.tsx'
import { Badge, Count, KeyValues, Money, useLocale } from '../../components/values.tsx'
import { formatFen } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import type { Run } from './day-state.ts'
import classes from './reconciliation.module.css'
import { texts } from './texts.ts'

interface Row {
  name: 'payments' | 'paymentFen' | 'refunds' | 'refundFen' | 'netFen'
  bill: number
  ours: number
}

/** The bill's sums beside the ledger's, with what is between them. */
export function BothSides({ run }: { run: Run }) {
  const t = useTexts(texts)
  const number = (name: Row['name'], value: number) =>
    name === 'payments' || name === 'refunds' ? <Count value={value} /> : <Money fen={value} />
  const columns: Column<Row>[] = [
    { key: 'name', header: t.row, heads: true, cell: ({ name }) => t[name] },
    { key: 'bill', header: t.bill, end: true, cell: ({ name, bill }) => number(name, bill) },
    { key: 'ours', header: t.ours, end: true, cell: ({ name, ours }) => number(name, ours) },
    {
      key: 'gap',
      header: t.gap,
      end: true,
      cell: ({ name, bill, ours }) =>
        bill === ours ? (
          <Badge colour="green">{t.equal}</Badge>
        ) : (
          <Badge colour="red">{number(name, bill - ours)}</Badge>
        ),
    },
  ]
  return (
    <Section title={t.sides}>
      <DataTable caption={t.sides} columns={columns} rows={rowsOf(run)} rowKey={row => row.name} />
    </Section>
  )
}

function rowsOf(run: Run): Row[] {
  const row = (name: Row['name'], bill: number | null, ours: number | null): Row => ({
    name,
    bill: bill ?? 0,
    ours: ours ?? 0,
  })
  const net = (paid: number | null, refunded: number | null) => (paid ?? 0) - (refunded ?? 0)
  return [
    row('payments', run.billPayments, run.ourPayments),
    row('paymentFen', run.billPaymentFen, run.ourPaymentFen),
    row('refunds', run.billRefunds, run.ourRefunds),
    row('refundFen', run.billRefundFen, run.ourRefundFen),
    row('netFen', net(run.billPaymentFen, run.billRefundFen), net(run.ourPaymentFen, run.ourRefundFen)),
  ]
}

/** What else the bill has: fees, rows of other systems, and rows that could not be compared. */
export function Further({ run }: { run: Run }) {
  const t = useTexts(texts)
  const number = new Intl.NumberFormat(useLocale())
  const foreign = (count: number | null, fen: number | null) =>
    count === null ? undefined : t.countAndSum(number.format(count), formatFen(fen ?? 0))
  return (
    <Section title={t.further}>
      <div className={classes.further}>
        <KeyValues
          entries={[
            [t.fee, run.billFeeFen === null ? undefined : <Money key="fee" fen={run.billFeeFen} />],
            [t.foreignPayments, foreign(run.foreignPayments, run.foreignPaymentFen)],
            [t.foreignRefunds, foreign(run.foreignRefunds, run.foreignRefundFen)],
            [t.oddRows, run.oddRows === null ? undefined : <Count key="odd" value={run.oddRows} />],
          ]}
        />
      </div>
    </Section>
  )
}
