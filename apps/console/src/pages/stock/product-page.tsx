import { Link } from 'wouter'
import { type Item, useApi, useApiList } from '../../api/use-api.ts'
import { Changes } from '../../components/changes.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { LoadProblem } from '../../components/load-problem.tsx'
import { Page, Section } from '../../components/page.tsx'
import { CopyableId, KeyValues, Money, Time } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { useSession } from '../../session/session.tsx'
import { AdjustStock } from './adjust-stock.tsx'
import { EditProduct } from './product-dialogs.tsx'
import { Sale, type StockRow } from './sale.tsx'
import classes from './stock.module.css'
import { StockLevel } from './stock-level.tsx'
import { texts } from './texts.ts'

const historyPath = '/api/admin/stock/{sku}/history'
type HistoryEntry = Item<typeof historyPath>

/** How often the level is read again, ms. */
const refreshMs = 5_000

/** A product: where its units are, its settings, and who changed what. */
export function ProductPage({ sku }: { sku: string }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const found = useApi('/api/admin/stock', { query: { sku, limit: '1' } }, { every: refreshMs })
  const product = found.data?.items.find(row => row.sku === sku)
  const actions = product !== undefined && (
    <>
      {can('stock.adjust') && <AdjustStock product={product} />}
      {can('product.write') && <EditProduct product={product} />}
    </>
  )
  return (
    <Page title={product === undefined ? sku : `${product.title} · ${sku}`} actions={actions}>
      <p>
        <Link href="/stock">← {t.back}</Link>
      </p>
      {found.error !== null && <LoadProblem problem={found.error} again={found.refetch} />}
      {found.data !== undefined && product === undefined && <p className={classes.muted}>{t.notFound(sku)}</p>}
      {product !== undefined && <Product product={product} />}
    </Page>
  )
}

function Product({ product }: { product: StockRow }) {
  const t = useTexts(texts)
  return (
    <>
      <Section title={t.stock}>
        <StockLevel level={product} />
      </Section>
      <Section title={t.product}>
        <KeyValues
          entries={[
            [t.sku, <CopyableId key="sku" id={product.sku} />],
            [t.title, product.title],
            [t.price, <Money key="price" fen={product.priceFen} />],
            [t.sale, <Sale key="sale" {...product} />],
            [t.limit, product.maxPerCustomer ?? t.noLimit],
          ]}
        />
      </Section>
      <Section title={t.history}>
        <History sku={product.sku} />
      </Section>
    </>
  )
}

/** Changes of the product and its stock by people, newest first. */
function History({ sku }: { sku: string }) {
  const t = useTexts(texts)
  const list = useApiList(historyPath, { path: { sku } })
  const columns: Column<HistoryEntry>[] = [
    { key: 'at', header: t.at, heads: true, cell: row => <Time at={row.at} /> },
    { key: 'by', header: t.by, cell: row => row.by },
    { key: 'what', header: t.what, cell: row => <What entry={row} /> },
    { key: 'change', header: t.change, cell: row => <Changes before={row.before ?? undefined} after={row.after} /> },
    {
      key: 'reason',
      header: t.reason,
      cell: row => row.reason !== undefined && <span className={classes.reason}>{row.reason}</span>,
    },
  ]
  return (
    <DataTable
      caption={t.history}
      columns={columns}
      rows={list.items}
      rowKey={row => `${row.at} ${row.what} ${JSON.stringify(row.after)}`}
      state={list}
      empty={t.historyEmpty}
      csv={`/api/admin/stock/${encodeURIComponent(sku)}/history`}
    />
  )
}

function What({ entry }: { entry: HistoryEntry }) {
  const t = useTexts(texts)
  if (entry.what === 'product') return entry.before === null ? t.whatCreated : t.whatProduct
  const delta = entry.delta ?? 0
  return <strong>{t.whatStock(delta < 0 ? `−${-delta}` : `+${delta}`)}</strong>
}
