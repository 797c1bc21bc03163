import { Button } from '@mantine/core'
import { type Key, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { ApiProblem } from '../api/problem.ts'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import { useSession } from '../session/session.tsx'
import { LoadProblem } from './load-problem.tsx'
import classes from './tables.module.css'

export interface Column<T> {
  key: string
  header: string
  cell(row: T): ReactNode
  /** Numbers: aligned at their end, with digits of one width. */
  end?: boolean
  /** The cell that names the row. */
  heads?: boolean
}

/** What a query of TanStack Query says about the rows. `fetchNextPage` and `hasNextPage` make "load more". */
export interface TableState {
  isPending: boolean
  error: ApiProblem | null
  refetch(): unknown
  hasNextPage?: boolean
  isFetchingNextPage?: boolean
  fetchNextPage?(): unknown
}

const texts = defineTexts({
  en: {
    loading: 'Loading…',
    more: 'Load more',
    csv: 'Download CSV',
    none: 'Nothing here.',
    noneYet: 'Nothing found among those searched so far. Load more to search further back.',
  },
  zh: {
    loading: '加载中…',
    more: '加载更多',
    csv: '下载 CSV',
    none: '暂无数据。',
    noneYet: '在已搜索的范围内未找到，点击“加载更多”继续向前搜索。',
  },
})

interface DataTableProps<T> {
  caption: string
  showCaption?: boolean
  columns: readonly Column<T>[]
  rows: readonly T[]
  rowKey(row: T): Key
  /** Without it the rows are there already. */
  state?: TableState
  empty?: ReactNode
  /** Path of the list with its filters; shown as CSV download to those who may export. */
  csv?: string
  /** Rows of sums. */
  foot?: ReactNode
  /** Beside "load more", such as up to when was searched. */
  note?: ReactNode
}

/**
 * A table with its loading, empty and error states. Put a link into the cell that `heads` its row: that is how the
 * keyboard reaches it. Where there is too little room for the table, each row becomes a card.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const t = useTexts(texts)
  const { columns, rows, state } = props
  const loading = state?.isPending === true
  const isEmpty = !loading && rows.length === 0
  const { place, tight } = useRoom()
  if (state?.error != null && rows.length === 0) return <LoadProblem problem={state.error} again={state.refetch} />
  return (
    <div className={classes.wrap} ref={place}>
      <table className={`${classes.table} ${tight ? classes.cards : ''}`} aria-busy={loading}>
        <caption className={props.showCaption ? classes.visibleCaption : classes.caption}>{props.caption}</caption>
        {!isEmpty && <Head columns={columns} />}
        <tbody>
          {loading
            ? [1, 2, 3, 4, 5].map(row => <SkeletonRow key={row} columns={columns.length} />)
            : rows.map(row => <Row key={props.rowKey(row)} row={row} columns={columns} />)}
        </tbody>
        {props.foot !== undefined && rows.length > 0 && <tfoot>{props.foot}</tfoot>}
      </table>
      <span role="status" className={classes.caption}>
        {loading ? t.loading : ''}
      </span>
      {isEmpty && <p className={classes.empty}>{state?.hasNextPage ? t.noneYet : (props.empty ?? t.none)}</p>}
      {state?.error != null && <LoadProblem problem={state.error} again={state.refetch} />}
      <Foot state={state} csv={props.csv} note={props.note} />
    </div>
  )
}

/** Whether the table is wider than its place; then it is shown as cards until there is as much room as it needed. */
function useRoom() {
  const place = useRef<HTMLDivElement>(null)
  const [needed, setNeeded] = useState(0)
  // After each render: other rows may need other widths.
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    const measure = () => {
      const table = element.querySelector('table')
      if (needed > 0 && element.clientWidth >= needed) setNeeded(0)
      if (needed === 0 && table !== null && table.scrollWidth > element.clientWidth) setNeeded(table.scrollWidth)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  })
  return { place, tight: needed > 0 }
}

function Head<T>({ columns }: { columns: readonly Column<T>[] }) {
  return (
    <thead>
      <tr>
        {columns.map(({ key, header, end }) => (
          <th key={key} scope="col" className={end ? classes.end : undefined}>
            {header}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Row<T>({ row, columns }: { row: T; columns: readonly Column<T>[] }) {
  return (
    <tr>
      {columns.map(({ key, header, cell, end, heads }) => {
        const className = end ? classes.end : undefined
        return heads ? (
          <th key={key} scope="row" data-label={header} className={className}>
            <Cell content={cell(row)} />
          </th>
        ) : (
          <td key={key} data-label={header} className={className}>
            <Cell content={cell(row)} />
          </td>
        )
      })}
    </tr>
  )
}

/** An empty cell stays empty, so that a card leaves it out. A long Chinese text breaks between its characters. */
function Cell({ content }: { content: ReactNode }) {
  if (content === false || content === null || content === undefined) return null
  return <div className={isLongChinese(content) ? classes.text : undefined}>{content}</div>
}

const isLongChinese = (content: ReactNode) => typeof content === 'string' && /\p{Script=Han}{9}/u.test(content)

function SkeletonRow({ columns }: { columns: number }) {
  return (
    <tr>
      <td colSpan={columns}>
        <div className={classes.skeleton} />
      </td>
    </tr>
  )
}

function Foot({ state, csv, note }: { state: TableState | undefined; csv: string | undefined; note: ReactNode }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const more = state?.hasNextPage === true
  const download = csv !== undefined && can('export')
  if (!more && !download && note === undefined) return null
  return (
    <div className={classes.foot}>
      {more && (
        <Button size="xs" variant="default" loading={state.isFetchingNextPage === true} onClick={state.fetchNextPage}>
          {t.more}
        </Button>
      )}
      {note}
      {download && (
        <a href={`${csv}${csv.includes('?') ? '&' : '?'}format=csv`} download>
          {t.csv}
        </a>
      )}
    </div>
  )
}
