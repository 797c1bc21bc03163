/** Whose data is removed, and the pseudonym in place of the customer's id; without it, the id stays. */
export interface ErasedPerson {
  readonly customerId: string
  readonly pseudonym: string
}

/** The text of a signed notify in a case: `notify.body`, or `body` where the notify was refused. */
const bodyNames = new Set(['body'])

/**
 * The evidence of a case without personal values: fields of the buyer, texts of notifies, and the id of `person`, also
 * inside the texts of dead-lettered events, which lose their metadata too. Everything else stays. Pure.
 */
export function redactEvidence(evidence: unknown, person?: ErasedPerson): unknown {
  if (typeof evidence === 'string') return person ? withPseudonym(evidence, person) : evidence
  if (Array.isArray(evidence)) return evidence.map(one => redactEvidence(one, person))
  if (typeof evidence !== 'object' || evidence === null) return evidence
  return Object.fromEntries(
    Object.entries(evidence).flatMap(([name, value]) => {
      if (/^buyer/i.test(name)) return []
      if (bodyNames.has(name) && typeof value === 'string') return [[name, '']]
      return [[name, redactEvidence(value, person)]]
    }),
  )
}

function withPseudonym(text: string, { customerId, pseudonym }: ErasedPerson): string {
  if (text === customerId) return pseudonym
  const field = (id: string) => `"customerId":${JSON.stringify(id)}`
  if (!text.includes(field(customerId))) return text
  return text.replaceAll(field(customerId), field(pseudonym)).replace(metadataOfEvent, '"metadata":{}')
}

/** Names and values are texts. The event may be cut off within them. */
const metadataOfEvent = /"metadata":\{(?:"(?:[^"\\]|\\.)*"[:,]?)*(?:\}|"(?:[^"\\]|\\.)*\\?$|$)/
