import type { Recipient, ShipTo } from '@alipay-checkout/contracts'

/** Characters of a street that stay: enough to compare with what a shopper says on the phone. */
const streetShown = 2
/** Digits of a phone number that stay in front and at the end, as Chinese shops show it: 138****5678. */
const digitsShown = { first: 3, last: 4 }
/** A masked note has no more characters. */
const noteLengthMax = 20

/** The recipient for those who must not see it: enough to recognise what a shopper says, too little to find the shopper. */
export function maskRecipient({ shipTo, note }: Pick<Recipient, 'shipTo' | 'note'>) {
  return {
    ...(shipTo === undefined ? {} : { shipTo: maskAddress(shipTo) }),
    ...(note === undefined ? {} : { note: masked(Array.from(note).slice(0, noteLengthMax)) }),
  }
}

function maskAddress({ name, phone, street, postalCode, ...area }: ShipTo): Partial<ShipTo> {
  const [names, streets] = [Array.from(name.trim()), Array.from(street.trim())]
  const shown = Math.min(streetShown, streets.length - 1)
  return {
    ...area,
    name: `${names[0]}${masked(names.slice(1)) || '*'}`,
    phone: maskPhone(phone),
    street: `${streets.slice(0, shown).join('')}${masked(streets.slice(shown))}`,
    ...(postalCode === undefined ? {} : { postalCode: masked(Array.from(postalCode)) }),
  }
}

/** At least four digits are hidden: of a short number all but its last two. */
function maskPhone(phone: string): string {
  const digits = phone.replaceAll(/[^0-9]/g, '')
  const { first, last } = digitsShown
  if (digits.length < first + last + 4) return `${masked(Array.from(digits.slice(0, -2)))}${digits.slice(-2)}`
  return `${digits.slice(0, first)}${masked(Array.from(digits.slice(first, -last)))}${digits.slice(-last)}`
}

function masked(characters: readonly string[]): string {
  return '*'.repeat(characters.length)
}
