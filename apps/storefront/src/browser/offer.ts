import type { Adjustment } from '@alipay-checkout/contracts'
import { useEffect, useState } from 'preact/hooks'
import { fetchQuote } from './api.ts'
import type { Offer } from './basket.ts'
import { basket, basketLines } from './basket.ts'
import { demoQuoteIsOn, session } from './session.ts'
import { useStored } from './stored.ts'

/** `offer` is that of an earlier basket while the one for this basket is on its way, which `ready` tells. */
interface OfferState {
  offer: Offer | null
  ready: boolean
  error: unknown
  retry: () => void
}

interface Answer {
  question: string
  offer: Offer | null
  error: unknown
}

/** How long the shopper may go on changing the basket before a quote is requested, ms. */
const settleMs = 250

/** The sum of adjustments, fen. */
export const sumFen = (adjustments: readonly Adjustment[]) => adjustments.reduce((sum, one) => sum + one.amountFen, 0)

/** What the goods of an offer cost, fen. */
export const goodsFenOf = ({ adjustments, totalFen }: Offer) => totalFen - sumFen(adjustments)

/**
 * The offer for the basket. It is requested when the basket or the price of its goods changes, and only the answer to the
 * latest question is shown. An order whose outcome is unknown keeps its offer, since its repeat must be the same request.
 */
export function useOffer(goodsFen: number): OfferState {
  const { sent } = useStored(basket)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [round, setRound] = useState(0)
  const question = JSON.stringify([goodsFen, basketLines()])
  const who = useStored(session)
  const isAsked = demoQuoteIsOn && sent === undefined && who !== null

  useEffect(() => {
    if (!isAsked) return
    let isLatest = true
    const tell = (told: Partial<Answer>) => isLatest && setAnswer({ question, offer: null, error: null, ...told })
    const ask = () =>
      fetchQuote(basketLines()).then(
        offer => tell({ offer }),
        error => tell({ error }),
      )
    const timer = setTimeout(ask, answer === null ? 0 : settleMs)
    return () => {
      isLatest = false
      clearTimeout(timer)
    }
  }, [question, isAsked, round])

  const retry = () => {
    setAnswer(null)
    setRound(round + 1)
  }
  if (sent !== undefined) return { offer: sent.offer, ready: true, error: null, retry }
  if (!demoQuoteIsOn) return { offer: { adjustments: [], totalFen: goodsFen }, ready: true, error: null, retry }
  const isCurrent = answer?.question === question
  return {
    offer: answer?.offer ?? null,
    ready: isCurrent && answer.offer !== null,
    error: isCurrent ? answer.error : null,
    retry,
  }
}
