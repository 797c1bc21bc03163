import { Checkbox, TextInput } from '@mantine/core'
import { type Dispatch, useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { Answer } from '../../api/use-api.ts'
import { ActionDialog } from '../../components/action-dialog.tsx'
import { Changes, changesOf } from '../../components/changes.tsx'
import { pathOf } from '../../components/entity-link.tsx'
import { parseYuan, yuanOf } from '../../format/format.ts'
import { useTexts } from '../../i18n/texts.ts'
import type { StockRow } from './sale.tsx'
import classes from './stock.module.css'
import { texts } from './texts.ts'

interface Settings {
  title: string
  priceFen: number
  onSale: boolean
  maxPerCustomer: number | null
}

/** What the fields have, as it was typed. */
interface Draft {
  title: string
  price: string
  onSale: boolean
  limit: string
}

const emptyDraft: Draft = { title: '', price: '', onSale: true, limit: '' }
const isSku = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const currentOf = ({ title, priceFen, onSale, maxPerCustomer }: StockRow): Settings => ({
  title,
  priceFen,
  onSale,
  maxPerCustomer,
})

const draftOf = ({ title, priceFen, onSale, maxPerCustomer }: Settings): Draft => ({
  title,
  price: yuanOf(priceFen),
  onSale,
  limit: maxPerCustomer === null ? '' : String(maxPerCustomer),
})

/** The settings of a draft; undefined while a field is missing or wrong. */
function settingsOf({ title, price, onSale, limit }: Draft): Settings | undefined {
  const priceFen = parseYuan(price)
  const maxPerCustomer = limit.trim() === '' ? null : Number(limit)
  if (title.trim() === '' || priceFen === undefined || priceFen < 1) return undefined
  if (maxPerCustomer !== null && !(Number.isSafeInteger(maxPerCustomer) && maxPerCustomer > 0)) return undefined
  return { title: title.trim(), priceFen, onSale, maxPerCustomer }
}

/** Sets the whole product: repeating it changes nothing. */
async function setProduct(sku: string, settings: Settings, reason: string): Promise<string> {
  const body = { ...settings, ...(reason === '' ? {} : { reason }) }
  await api.PUT('/api/admin/products/{sku}', { params: { path: { sku } }, body })
  return sku
}

/** A button that changes a product's title, price, sale and limit. */
export function EditProduct({ product }: { product: StockRow }) {
  const t = useTexts(texts)
  const { sku } = product
  const current = currentOf(product)
  // What the person saw when the dialog opened: a change by someone else meanwhile does not change the fields.
  const [before, setBefore] = useState(current)
  const [draft, setDraft] = useState(emptyDraft)
  const after = settingsOf(draft)
  const changed = after !== undefined && changesOf(before, after).length > 0
  return (
    <ActionDialog
      label={t.edit}
      title={t.editTitle(sku)}
      sentence={
        changed ? (
          <>
            {t.willChange}
            <Changes before={before} after={after} />
            {t.earlier} {before.onSale && !after.onSale && t.takesOff}
          </>
        ) : (
          t.unchanged
        )
      }
      confirm={t.editConfirm}
      reason="optional"
      ready={changed}
      onOpen={() => {
        setBefore(current)
        setDraft(draftOf(current))
      }}
      run={({ reason }) => setProduct(sku, after as Settings, reason)}
      done={t.saved}
    >
      <Fields draft={draft} setDraft={setDraft} />
    </ActionDialog>
  )
}

/** A button that creates a product and opens its page. */
export function CreateProduct() {
  const t = useTexts(texts)
  const [, navigate] = useLocation()
  const [sku, setSku] = useState('')
  const [draft, setDraft] = useState(emptyDraft)
  const settings = settingsOf(draft)
  const wrong = sku !== '' && !isSku.test(sku)
  return (
    <ActionDialog
      label={t.create}
      title={t.createTitle}
      sentence={t.createSentence}
      confirm={t.createConfirm}
      reason="optional"
      variant="filled"
      ready={settings !== undefined && isSku.test(sku)}
      onOpen={() => {
        setSku('')
        setDraft(emptyDraft)
      }}
      run={async ({ reason }) => {
        const { data } = await api.GET('/api/admin/stock', { params: { query: { sku, limit: '1' } } })
        const other = (data as Answer<'/api/admin/stock'> | undefined)?.items.find(row => row.sku === sku)
        // The same product already: created by an earlier send that was not answered.
        if (other !== undefined && changesOf(settings, currentOf(other)).length > 0) {
          throw ApiProblem.refused(t.exists(sku))
        }
        return setProduct(sku, settings as Settings, reason)
      }}
      done={created => {
        navigate(pathOf('product', created))
        return t.created(created)
      }}
    >
      <TextInput
        label={t.sku}
        description={t.skuHint}
        required
        maxLength={64}
        value={sku}
        error={wrong ? t.skuHint : undefined}
        onChange={event => setSku(event.currentTarget.value.trim())}
      />
      <Fields draft={draft} setDraft={setDraft} />
    </ActionDialog>
  )
}

function Fields({ draft, setDraft }: { draft: Draft; setDraft: Dispatch<Draft> }) {
  const t = useTexts(texts)
  const { title, price, onSale, limit } = draft
  return (
    <>
      <TextInput
        label={t.title}
        required
        maxLength={200}
        value={title}
        onChange={event => setDraft({ ...draft, title: event.currentTarget.value })}
      />
      <div className={classes.fields}>
        <TextInput
          label={t.price}
          description={t.priceHint}
          required
          inputMode="decimal"
          value={price}
          error={price !== '' && !parseYuan(price) ? t.priceHint : undefined}
          onChange={event => setDraft({ ...draft, price: event.currentTarget.value })}
        />
        <TextInput
          label={t.limit}
          description={t.limitHint}
          inputMode="numeric"
          value={limit}
          error={/^\s*([1-9]\d{0,8})?\s*$/.test(limit) ? undefined : t.limitHint}
          onChange={event => setDraft({ ...draft, limit: event.currentTarget.value })}
        />
      </div>
      <Checkbox
        label={t.onSale}
        checked={onSale}
        onChange={event => setDraft({ ...draft, onSale: event.currentTarget.checked })}
      />
    </>
  )
}
