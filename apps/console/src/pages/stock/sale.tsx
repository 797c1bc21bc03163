import type { Item } from '../../api/use-api.ts'
import { Badge } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import { texts } from './texts.ts'

export type StockRow = Item<'/api/admin/stock'>

/** Whether a product can be bought. */
export function Sale({ onSale, available }: Pick<StockRow, 'onSale' | 'available'>) {
  const t = useTexts(texts)
  if (!onSale) return <Badge colour="gray">{t.notOnSale}</Badge>
  return available === 0 ? <Badge colour="amber">{t.soldOut}</Badge> : <Badge colour="green">{t.onSale}</Badge>
}
