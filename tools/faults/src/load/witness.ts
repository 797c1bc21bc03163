import type { PlacedOrder } from '@alipay-checkout/contracts'
import { type Answer, type Items, Refused } from './shop-client.ts'

/** What one client was told about one Idempotency-Key. */
export interface KeptWord {
  key: string
  customerId: string
  token: string
  items: Items
  /** Every final answer, byte for byte. */
  answers: { status: number; text: string }[]
}

/** What clients saw, kept by them: the system's own books can't say what was promised to whom. */
export class Witness {
  readonly words = new Map<string, KeptWord>()
  /** Requests that never had a final answer, whatever was tried. */
  readonly unhealed: string[] = []
  /** Tries that failed on the way, by reason. */
  readonly failedTries: Record<string, number> = {}
  /** Whatever somebody was shown, or could do, that was not theirs. */
  readonly trespasses: string[] = []
  trespassesTried = 0
  /** Own orders that the shop said it does not have, after it had taken them. */
  readonly missing: string[] = []

  begin(word: Omit<KeptWord, 'answers'>): void {
    this.words.set(word.key, { ...word, answers: [] })
  }

  answered(key: string, { status, text }: Pick<Answer, 'status' | 'text'>): void {
    this.words.get(key)?.answers.push({ status, text })
  }

  tried(why: string): void {
    this.failedTries[why] = (this.failedTries[why] ?? 0) + 1
  }

  /** Words that came with an order: the shop has taken it. */
  acknowledged(): { word: KeptWord; order: PlacedOrder['order'] }[] {
    return [...this.words.values()].flatMap(word => {
      const taken = word.answers.find(({ status }) => status === 201 || status === 202)
      return taken === undefined ? [] : [{ word, order: (JSON.parse(taken.text) as PlacedOrder).order }]
    })
  }
}

/** The order that an answer brings. @throws Refused where it brings none */
export function orderOf(answer: Pick<Answer, 'status' | 'text'>): PlacedOrder {
  if (answer.status !== 201 && answer.status !== 202) throw new Refused(answer)
  return JSON.parse(answer.text) as PlacedOrder
}
