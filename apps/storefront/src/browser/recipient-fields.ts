import type { ShipTo } from '@alipay-checkout/contracts'

/** The fields of the address form, in the order in which they are shown. */
export const recipientFields = [
  'name',
  'phone',
  'province',
  'city',
  'district',
  'postalCode',
  'street',
  'note',
] as const
export type RecipientField = (typeof recipientFields)[number]

/** What is in the form, as it was typed. */
export type RecipientForm = Record<RecipientField, string>
/** Where an order is sent, and what the shopper writes to the shop, as the API takes it. */
export interface RecipientBody {
  shipTo: ShipTo
  note?: string
}

export type FieldProblem = 'fieldMissing' | 'fieldTooLong' | 'phoneWrong' | 'postalCodeWrong' | 'fieldRefused'
export type FieldProblems = Partial<Record<RecipientField, FieldProblem>>

/** The field to correct first. */
export const firstWrong = (problems: FieldProblems) => recipientFields.find(field => problems[field] !== undefined)

const optionalFields = new Set<RecipientField>(['postalCode', 'note'])
export const isOptional = (field: RecipientField) => optionalFields.has(field)

/** Of the API's `ShipTo` and `note`, characters. */
const lengthMax: Partial<Record<RecipientField, number>> = {
  name: 64,
  province: 64,
  city: 64,
  district: 64,
  street: 256,
  note: 500,
}
const phonePattern = /^\+?[0-9][0-9 -]{4,19}$/
const postalCodePattern = /^[A-Za-z0-9][A-Za-z0-9 -]{2,11}$/

/** The form with the address and note of an order, or empty. */
export function toForm({ shipTo, note }: Partial<RecipientBody> = {}): RecipientForm {
  const { name = '', phone = '', province = '', city = '', district = '', postalCode = '', street = '' } = shipTo ?? {}
  return { name, phone, province, city, district, postalCode, street, note: note ?? '' }
}

/** The form as the API takes it. Check it first: this says nothing about what is missing. */
export function toRecipient(form: RecipientForm): RecipientBody {
  const { note, postalCode, ...address } = tidied(form)
  return { shipTo: { ...address, ...(postalCode && { postalCode }) }, ...(note && { note }) }
}

/** What is wrong with each field, by the rules of the API; the address is required here. */
export function checkRecipient(form: RecipientForm): FieldProblems {
  const tidy = tidied(form)
  const found = recipientFields.map(field => [field, problemOf(field, tidy[field])] as const)
  return Object.fromEntries(found.filter(([, problem]) => problem !== undefined))
}

/** The fields that the API refused, of the `errors` of an invalid request. */
export function refusedFields(errors: unknown): FieldProblems {
  const names = Array.isArray(errors) ? errors.map(error => String((error as { field?: unknown } | null)?.field)) : []
  const refused = recipientFields.filter(field => names.includes(field === 'note' ? 'note' : `shipTo.${field}`))
  return Object.fromEntries(refused.map(field => [field, 'fieldRefused']))
}

function problemOf(field: RecipientField, value: string): FieldProblem | undefined {
  if (value === '') return isOptional(field) ? undefined : 'fieldMissing'
  if (field === 'phone') return phonePattern.test(value) ? undefined : 'phoneWrong'
  if (field === 'postalCode') return postalCodePattern.test(value) ? undefined : 'postalCodeWrong'
  // The API counts characters, not UTF-16 units.
  return [...value].length > Number(lengthMax[field]) ? 'fieldTooLong' : undefined
}

/** Without outer white space; an address has no line ends, and a Chinese keyboard may type digits of full width. */
function tidied(form: RecipientForm): RecipientForm {
  const tidy = { ...form }
  for (const field of recipientFields) {
    tidy[field] = (field === 'note' ? form.note : form[field].replace(/\p{Cc}+/gu, ' ')).trim()
  }
  tidy.phone = tidy.phone.normalize('NFKC')
  tidy.postalCode = tidy.postalCode.normalize('NFKC')
  return tidy
}
