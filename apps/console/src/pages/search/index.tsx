import { useEffect } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { type Answer, useApi } from '../../api/use-api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { EntityLink, pathOf } from '../../components/entity-link.tsx'
import { Missing } from '../../components/missing.tsx'
import { Page } from '../../components/page.tsx'
import { defineTexts, useTexts } from '../../i18n/texts.ts'
import { wordFor } from '../../i18n/words.ts'

type Hit = Answer<'/api/admin/search'>['items'][number]

const texts = defineTexts({
  en: {
    title: (q: string) => `Search: ${q}`,
    empty: 'Nothing has this number. Search takes the whole number.',
    kind: 'What',
    id: 'Id',
    matched: 'The text is its',
    order: 'Order',
    kinds: {
      order: 'Order',
      customer: 'Customer',
      payment: 'Payment',
      refund: 'Refund',
      case: 'Case',
      notify: 'Notify',
      shipment: 'Parcel',
      product: 'Product',
    },
    matches: {} as Readonly<Record<string, string>>,
  },
  zh: {
    title: (q: string) => `搜索：${q}`,
    empty: '没有找到该编号。请输入完整编号。',
    kind: '类型',
    id: '编号',
    matched: '匹配字段',
    order: '订单',
    kinds: {
      order: '订单',
      customer: '顾客',
      payment: '支付',
      refund: '退款',
      case: '差错',
      notify: '通知',
      shipment: '包裹',
      product: '商品',
    },
    matches: {
      'order id': '订单编号',
      'shipment id': '包裹编号',
      'customer id': '顾客编号',
      refund: '退款编号',
      case: '差错编号',
      notify_id: '通知编号',
      reference: '商户单号',
      'tracking number': '运单号',
      sku: 'SKU',
      'beginning of the sku': 'SKU 开头',
      out_trade_no: '商户交易号',
      trade_no: '支付宝交易号',
      out_request_no: '退款单号',
    },
  },
})

/** What a number identifies. The only hit is opened at once. */
export default function SearchPage() {
  const t = useTexts(texts)
  const [search] = useSearchParams()
  const [, navigate] = useLocation()
  const q = search.get('q') ?? ''
  const result = useApi('/api/admin/search', { query: { q } }, { enabled: q !== '' })
  const only = result.data?.items.length === 1 && result.data.missing.length === 0 ? result.data.items[0] : undefined
  useEffect(() => {
    if (only !== undefined) navigate(pathOf(only.kind, only.id, only.orderId), { replace: true })
  }, [only, navigate])
  const columns: Column<Hit>[] = [
    { key: 'kind', header: t.kind, cell: hit => t.kinds[hit.kind] },
    {
      key: 'id',
      header: t.id,
      heads: true,
      cell: hit => <EntityLink entity={hit.kind} id={hit.id} orderId={hit.orderId} copy />,
    },
    { key: 'matched', header: t.matched, cell: hit => wordFor(t.matches, hit.matched) },
    {
      key: 'order',
      header: t.order,
      cell: hit => hit.orderId !== undefined && <EntityLink entity="order" id={hit.orderId} />,
    },
  ]
  return (
    <Page title={t.title(q)}>
      <Missing services={result.data?.missing} />
      <DataTable
        caption={t.title(q)}
        columns={columns}
        rows={result.data?.items ?? []}
        rowKey={hit => `${hit.kind} ${hit.id}`}
        state={{ isPending: result.isPending && q !== '', error: result.error, refetch: result.refetch }}
        empty={t.empty}
      />
    </Page>
  )
}
