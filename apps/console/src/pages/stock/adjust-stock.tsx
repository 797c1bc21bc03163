import { Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import { useLocale } from '../../components/values.tsx'
import { useTexts } from '../../i18n/texts.ts'
import type { StockRow } from './sale.tsx'
import { texts } from './texts.ts'

/** Units as a person types them, of which an adjustment takes up to 999,999,999. */
const isUnits = /^[1-9]\d{0,8}$/

/** A button that adds or removes units of a product, with a reason. */
export function AdjustStock({ product: { sku, available } }: { product: StockRow }) {
  const t = useTexts(texts)
  const format = new Intl.NumberFormat(useLocale())
  const [direction, setDirection] = useState<'add' | 'remove'>('add')
  const [typed, setTyped] = useState('')
  const units = isUnits.test(typed) ? Number(typed) : undefined
  const delta = direction === 'add' ? (units ?? 0) : -(units ?? 0)
  const tooMany = available + delta < 0
  const sentence = () => {
    if (units === undefined) return t.adjustEnter
    if (tooMany) return t.adjustTooMany(format.format(available))
    return t.adjustSentence(format.format(available), format.format(available + delta))
  }
  return (
    <ActionDialog
      label={t.adjust}
      title={t.adjustTitle(sku)}
      sentence={sentence()}
      confirm={t.adjust}
      reason="required"
      variant="filled"
      ready={units !== undefined && !tooMany}
      onOpen={() => {
        setDirection('add')
        setTyped('')
      }}
      run={async ({ reason, key }) => {
        const init = {
          params: { path: { sku }, header: { 'idempotency-key': key } },
          body: { delta, reason },
        }
        return (await api.POST('/api/admin/stock/{sku}/adjustments', init)).data
      }}
      done={level => t.adjusted(format.format(level?.available ?? available))}
    >
      <Radio.Group
        label={t.direction}
        value={direction}
        onChange={value => setDirection(value === 'remove' ? 'remove' : 'add')}
      >
        <Radio value="add" label={t.add} my={6} />
        <Radio value="remove" label={t.remove} my={6} />
      </Radio.Group>
      <TextInput
        label={t.count}
        required
        autoComplete="off"
        inputMode="numeric"
        maxLength={9}
        value={typed}
        error={typed === '' || units !== undefined ? undefined : t.adjustEnter}
        onChange={event => setTyped(event.currentTarget.value.trim())}
      />
    </ActionDialog>
  )
}
