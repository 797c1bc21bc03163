import { Button, NativeSelect, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { beijingDay, parseYuan, yuanOf } from '../format/format.ts'
import { defineTexts, useTexts } from '../i18n/texts.ts'
import classes from './filters.module.css'
import type { FilterState } from './use-filters.ts'

export interface FilterField<K extends string> {
  name: K
  label: string
  /** Yuan: typed in yuan, and fen in the address. */
  kind: 'text' | 'select' | 'day' | 'yuan' | 'number'
  options?: readonly { value: string; label: string }[]
  /** What a select shows without a choice. */
  any?: string
}

const texts = defineTexts({
  en: { apply: 'Apply', clear: 'Clear filters', any: 'Any', amount: 'An amount in yuan, such as 12.50' },
  zh: { apply: '应用', clear: '清除筛选', any: '全部', amount: '请输入金额（元），例如 12.50' },
})

/** A form whose values live in the address. Selects apply at once, the rest with Enter or the button. */
export function Filters<K extends string>(props: { fields: readonly FilterField<K>[]; filters: FilterState<K> }) {
  const { fields, filters } = props
  const t = useTexts(texts)
  const address = textOf(filters.values)
  const [form, setForm] = useState({ key: 0, address })
  // The back button changes the address without this form: a new form has the new values.
  if (form.address !== address) setForm({ key: form.key + 1, address })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!event.currentTarget.reportValidity()) return
    const data = new FormData(event.currentTarget)
    const values = Object.fromEntries(
      fields.map(field => [
        field.name,
        addressValue(field, String(data.get(field.name) ?? '').trim(), filters.values[field.name]),
      ]),
    ) as Partial<Record<K, string>>
    setForm({ key: form.key, address: textOf(values) })
    filters.set(values)
  }
  return (
    <search>
      <form key={form.key} className={classes.form} onSubmit={submit}>
        {fields.map(field => (
          <div key={field.name} className={classes.field}>
            <FilterInput field={field} value={filters.values[field.name] ?? ''} />
          </div>
        ))}
        <Button type="submit" size="xs" variant="default">
          {t.apply}
        </Button>
        {Object.keys(filters.values).length > 0 && (
          <Button size="xs" variant="subtle" onClick={filters.clear}>
            {t.clear}
          </Button>
        )}
      </form>
    </search>
  )
}

const textOf = (values: Readonly<Record<string, string | undefined>>) =>
  JSON.stringify(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== '')
      .sort(),
  )

/** The day in Beijing of a filter, which may be a moment: links from counts of an hour have moments. */
const dayOf = (value: string) => (value.includes('T') ? beijingDay(Date.parse(value)) : value)

/** What a field's text is in the address. A moment stays while its day is not changed. */
const addressValue = (field: FilterField<string>, text: string, current = '') => {
  if (field.kind === 'day' && text === dayOf(current)) return current
  if (field.kind !== 'yuan' || text === '') return text
  return String(parseYuan(text) ?? '')
}

function FilterInput({ field, value }: { field: FilterField<string>; value: string }) {
  const t = useTexts(texts)
  const [invalid, setInvalid] = useState(false)
  const common = { name: field.name, label: field.label, size: 'xs' } as const
  const apply = (event: { currentTarget: { form: HTMLFormElement | null } }) =>
    event.currentTarget.form?.requestSubmit()
  switch (field.kind) {
    case 'select':
      return (
        <NativeSelect
          {...common}
          defaultValue={value}
          onChange={apply}
          data={[{ value: '', label: field.any ?? t.any }, ...(field.options ?? [])]}
        />
      )
    case 'day':
      return <TextInput {...common} type="date" defaultValue={dayOf(value)} />
    case 'number':
      return <TextInput {...common} type="number" min={0} step={1} defaultValue={value} />
    case 'yuan':
      return (
        <TextInput
          {...common}
          inputMode="decimal"
          defaultValue={value === '' ? '' : yuanOf(Number(value))}
          error={invalid ? t.amount : undefined}
          onChange={event => {
            const wrong = event.currentTarget.value !== '' && parseYuan(event.currentTarget.value) === undefined
            setInvalid(wrong)
            event.currentTarget.setCustomValidity(wrong ? t.amount : '')
          }}
        />
      )
    default:
      return <TextInput {...common} defaultValue={value} maxLength={128} />
  }
}
