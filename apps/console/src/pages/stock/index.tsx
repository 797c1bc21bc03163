import { Button } from '@mantine/core'
import { useApiList } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink } from '../../components/entity-link.tsx'
import { type FilterField, Filters } from '../../components/filters.tsx'
import { Page } from '../../components/page.tsx'
import { useFilters } from '../../components/use-filters.ts'
import { Count, Money } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { navigationTexts } from '../../layout/navigation.ts'
import { useSession } from '../../session/session.tsx'
import type { PageProps } from '../page-props.ts'
import { CreateProduct } from './product-dialogs.tsx'
import { ProductPage } from './product-page.tsx'
import { Sale, type StockRow } from './sale.tsx'
import { texts } from './texts.ts'

const path = '/api/admin/stock'
const filterNames = ['sku', 'below'] as const
/** What the button "low stock" filters by. */
const lowStock = 10

export default function StockPage({ params: { sku } }: PageProps) {
  return sku === undefined ? <Products /> : <ProductPage key={sku} sku={sku} />
}

function Products() {
  const names = useTexts(navigationTexts)
  const t = useTexts(texts)
  const { can } = useSession()
  const filters = useFilters(filterNames)
  const { sku, below } = filters.values
  const list = useApiList(path, { query: { sku, below } })
  const fields: FilterField<(typeof filterNames)[number]>[] = [
    { name: 'sku', label: t.skuFilter, kind: 'text' },
    { name: 'below', label: t.below, kind: 'number' },
  ]
  const count = (key: 'available' | 'held' | 'sold' | 'supplied'): Column<StockRow> => ({
    key,
    header: t[key],
    end: true,
    cell: row => <Count value={row[key]} />,
  })
  const columns: Column<StockRow>[] = [
    { key: 'sku', header: t.sku, heads: true, cell: row => <EntityLink entity="product" id={row.sku} /> },
    { key: 'title', header: t.title, cell: row => row.title },
    { key: 'price', header: t.price, end: true, cell: row => <Money fen={row.priceFen} /> },
    { key: 'sale', header: t.sale, cell: row => <Sale {...row} /> },
    count('available'),
    count('held'),
    count('sold'),
    count('supplied'),
    { key: 'limit', header: t.limit, end: true, cell: row => row.maxPerCustomer ?? t.noLimit },
  ]
  return (
    <Page
      title={names.stock}
      actions={
        <>
          <Button size="xs" variant="default" onClick={() => filters.set({ below: String(lowStock) })}>
            {t.low(lowStock)}
          </Button>
          {can('product.write') && <CreateProduct />}
        </>
      }
    >
      <Filters fields={fields} filters={filters} />
      <DataTable
        caption={t.list}
        columns={columns}
        rows={list.items}
        rowKey={row => row.sku}
        state={list}
        empty={list.hasNextPage ? t.searchOn : t.empty}
        csv={`${path}?${new URLSearchParams(filters.values)}`}
      />
    </Page>
  )
}
