/** What is shown in place of a value of the buyer. */
const masked = '***'

/**
 * Names of values of the buyer at Alipay: `buyerId`, `buyer_open_id`, `buyer_logon_id`. What the buyer paid
 * (`buyer_pay_amount`) and the type of the account are not personal.
 */
const buyerName = /^buyer(?!_?pay)(?!_?user_?type)/i

/** Such a value in the text of a notify, which is a form, and in a JSON text, which may be a text of JSON itself. */
const inForm = /(^|[&?\s"])(buyer(?!_?pay)(?!_?user_?type)\w*)=[^&\s"]*/gi
const inJson = /(\\*")(buyer(?!_?pay)(?!_?user_?type)\w*)\1\s*:\s*\1(?:(?!\1).)*\1/gi

/** The evidence of a case with the values of the buyer masked: nobody needs them to resolve it. Pure. */
export function withoutBuyer(evidence: unknown): unknown {
  if (typeof evidence === 'string') {
    return evidence.replace(inForm, `$1$2=${masked}`).replace(inJson, `$1$2$1:$1${masked}$1`)
  }
  if (Array.isArray(evidence)) return evidence.map(withoutBuyer)
  if (typeof evidence !== 'object' || evidence === null) return evidence
  return Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => [
      name,
      buyerName.test(name) && value !== null ? masked : withoutBuyer(value),
    ]),
  )
}

/**
 * What a case is about, fen: what Alipay reports, else what the ledger has. Undefined where its evidence has no amount.
 * Pure.
 */
export function amountOf(evidence: unknown): number | undefined {
  const { trade, amountFen, refundedFen, bill, ours, expectedFen } = fieldsOf(evidence)
  const amounts = [
    fieldsOf(trade).amountFen,
    amountFen,
    refundedFen,
    fieldsOf(bill).amountFen,
    fieldsOf(ours).amountFen,
    expectedFen,
  ]
  return amounts.find(one => Number.isSafeInteger(one)) as number | undefined
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
