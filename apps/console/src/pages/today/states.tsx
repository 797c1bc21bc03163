import { Link } from 'wouter'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Status } from '../../components/status.tsx'
import { Count, Time } from '../../components/values.tsx'
import { beijingDay } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import { texts } from './texts.ts'
import type { TodayAnswer } from './today-data.ts'

type State = NonNullable<TodayAnswer['orders']>['states'][number]

/** States that an order leaves by itself: the service counts all orders in them, of the others those of today. */
const open = new Set<string>(['RESERVING', 'PENDING_PAYMENT', 'CLOSING', 'REINSTATING'])

const listOf = ({ orderStatus }: State) =>
  `/orders?status=${orderStatus}${open.has(orderStatus) ? '' : `&from=${beijingDay(Date.now())}`}`

/** Orders by state, with the oldest. */
export function States({ states }: { states: readonly State[] }) {
  const t = useTexts(texts)
  const columns: Column<State>[] = [
    {
      key: 'state',
      header: t.state,
      heads: true,
      cell: state => (
        <Link href={listOf(state)}>
          <Status kind="order" value={state.orderStatus} />
        </Link>
      ),
    },
    {
      key: 'orders',
      header: t.orders,
      end: true,
      cell: state => (
        <Link href={listOf(state)}>
          <Count value={state.count} />
        </Link>
      ),
    },
    { key: 'oldest', header: t.oldest, cell: state => state.oldestAt && <Time at={state.oldestAt} age /> },
  ]
  return (
    <DataTable
      caption={t.states}
      columns={columns}
      rows={states}
      rowKey={state => state.orderStatus}
      note={t.statesHint}
    />
  )
}
