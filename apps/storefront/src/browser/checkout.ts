import type { PlacedOrder, Product } from '@alipay-checkout/contracts'
import { useEffect, useState } from 'preact/hooks'
import { ApiProblem } from './api.ts'
import type { Offer } from './basket.ts'
import { basket, forgetSent } from './basket.ts'
import { justPlaced } from './just-placed.ts'
import { goodsFenOf, useOffer } from './offer.ts'
import type { TotalChange } from './order-basket.ts'
import { isRefusal, orderBasket } from './order-basket.ts'
import type { FieldProblems, RecipientField } from './recipient-fields.ts'
import { checkRecipient, firstWrong, refusedFields, toForm, toRecipient } from './recipient-fields.ts'
import { savedAddress } from './saved-address.ts'
import { useStored } from './stored.ts'

export type Products = ReadonlyMap<string, Product>

/** A change of the total, with the products as the shopper saw them. */
export interface ShownChange extends TotalChange {
  seen: Products
}

/** The state of the checkout and what the shopper can do in it. */
export function useCheckout(products: Products, goodsFen: number, onStockChanged: () => void) {
  const { quantities } = useStored(basket)
  const recipient = useRecipient()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [change, setChange] = useState<ShownChange | null>(null)
  const { offer, ready, error: offerError, retry } = useOffer(goodsFen)

  // Both are about the basket that was ordered.
  useEffect(() => {
    setError(null)
    setChange(null)
  }, [JSON.stringify(quantities)])
  // The quote may know newer prices than the page.
  const pricedFen = ready && offer !== null ? goodsFenOf(offer) : goodsFen
  useEffect(() => {
    if (pricedFen !== goodsFen) onStockChanged()
  }, [pricedFen])

  async function orderAt(agreed: Offer) {
    setBusy(true)
    setError(null)
    try {
      const outcome = await orderBasket(toRecipient(recipient.form), agreed)
      if ('placed' in outcome) {
        recipient.save()
        location.assign(nextPage(outcome.placed))
        return
      }
      setChange({ ...outcome.change, seen: products })
      onStockChanged()
    } catch (failure) {
      setChange(null)
      const refused = failure instanceof ApiProblem ? refusedFields(failure.body.errors) : {}
      if (!recipient.refuse(refused)) setError(failure)
      if (isRefusal(failure)) onStockChanged()
    }
    setBusy(false)
  }

  /** Orders at the total that is shown; fields to correct come first. */
  function order() {
    const agreed = change?.after ?? (ready ? offer : null)
    if (busy || agreed === null || recipient.refuse(checkRecipient(recipient.form))) return
    void orderAt(agreed)
  }

  return {
    recipient,
    busy,
    error,
    change,
    offer,
    ready,
    offerError,
    pricedFen,
    retry,
    order,
    back: () => setChange(null),
  }
}

/** The address form, filled in with what an order in flight has, or with the remembered address. */
function useRecipient() {
  const [form, setForm] = useState(() => {
    const saved = savedAddress.get()
    return toForm(basket.get().sent?.recipient ?? (saved ? { shipTo: saved } : {}))
  })
  const [remember, setRemember] = useState(true)
  const [problems, setProblems] = useState<FieldProblems>({})
  const [refusals, setRefusals] = useState(0)

  function input(field: RecipientField, value: string) {
    const next = { ...form, [field]: value }
    forgetSent()
    setForm(next)
    if (problems[field] === undefined) return
    const { [field]: _before, ...others } = problems
    const { [field]: now } = checkRecipient(next)
    setProblems(now === undefined ? others : { ...others, [field]: now })
  }

  /** Shows the problems; `refusals` then tells that the first one gets the focus. Returns whether there are any. */
  function refuse(found: FieldProblems): boolean {
    setProblems(found)
    if (firstWrong(found) === undefined) return false
    setRefusals(count => count + 1)
    return true
  }

  function forget() {
    savedAddress.set(null)
    forgetSent()
    setForm(toForm())
    setProblems({})
  }
  const save = () => savedAddress.set(remember ? toRecipient(form).shipTo : null)
  return { form, problems, refusals, remember, setRemember, input, refuse, forget, save }
}

/**
 * Where the shopper pays: a phone goes straight to Alipay. A computer shows the order, with the code beside the link to
 * Alipay's page; so does an order that is not payable until its stock is confirmed.
 */
function nextPage({ order, payment }: PlacedOrder): string {
  const toAlipay = payment.method === 'alipay_wap' && order.orderStatus !== 'RESERVING'
  return toAlipay ? payment.paymentUrl : `/orders/${order.orderId}${justPlaced}`
}
