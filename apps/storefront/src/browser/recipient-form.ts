import { html } from './html.ts'
import type { FieldProblems, RecipientField, RecipientForm } from './recipient-fields.ts'
import { isOptional, recipientFields } from './recipient-fields.ts'
import type { TextName } from './texts.ts'
import { useTexts } from './texts.ts'

/** How a browser fills in a field, and which keyboard it shows. */
const attributes: Record<RecipientField, { label: TextName; multiline?: true } & Record<string, unknown>> = {
  name: { label: 'recipientName', autocomplete: 'name' },
  phone: { label: 'recipientPhone', type: 'tel', autocomplete: 'tel', inputmode: 'tel' },
  province: { label: 'province', autocomplete: 'address-level1' },
  city: { label: 'city', autocomplete: 'address-level2' },
  district: { label: 'district', autocomplete: 'address-level3' },
  postalCode: { label: 'postalCode', autocomplete: 'postal-code', inputmode: 'numeric' },
  street: { label: 'street', multiline: true, autocomplete: 'street-address' },
  note: { label: 'note', multiline: true, autocomplete: 'off' },
}

const idOf = (field: RecipientField) => `recipient-${field}`

export function focusField(field: RecipientField): void {
  document.getElementById(idOf(field))?.focus()
}

export function RecipientFields(props: {
  form: RecipientForm
  problems: FieldProblems
  onInput: (field: RecipientField, value: string) => void
}) {
  const { form, problems, onInput } = props
  return html`<div class="fields">${recipientFields.map(
    field =>
      html`<${Field} key=${field} field=${field} value=${form[field]} problem=${problems[field]} onInput=${onInput} />`,
  )}</div>`
}

function Field(props: {
  field: RecipientField
  value: string
  problem: TextName | undefined
  onInput: (field: RecipientField, value: string) => void
}) {
  const { t } = useTexts()
  const { field, value, problem, onInput } = props
  const { label, multiline, ...rest } = attributes[field]
  const id = idOf(field)
  const optional = isOptional(field)
  const input = {
    id,
    name: field === 'note' ? field : `shipTo.${field}`,
    value,
    required: !optional,
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem && `${id}-problem`,
    onInput: (event: Event) => onInput(field, (event.target as HTMLInputElement).value),
    ...rest,
  }
  return html`<div class="field ${multiline ? 'whole-row' : ''}">
    <label for=${id}>${t(label)}${optional && t('optional')}</label>
    ${multiline ? html`<textarea rows="2" ...${input}></textarea>` : html`<input ...${input} />`}
    ${problem && html`<p class="error-text small" id="${id}-problem">${t(problem)}</p>`}
  </div>`
}
