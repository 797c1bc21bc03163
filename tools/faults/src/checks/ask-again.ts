import { NotHealed, type ShopClient } from '../load/shop-client.ts'
import type { KeptWord, Witness } from '../load/witness.ts'
import type { Scores } from './scores.ts'

/** Keys that are sent once more, and those that are sent with another body. */
const repeatsMax = 300
const changedMax = 30
const atOnce = 8

/**
 * Sends keys once more, now that all is quiet: each gets the answer that it had, and another body is refused. What is
 * answered is kept with the witness, and judged with the rest.
 */
export async function askAgain(witness: Witness, client: ShopClient, scores: Scores): Promise<void> {
  const answered = [...witness.words.values()].filter(({ answers }) => answers.length > 0)
  await each(witness, answered.slice(-repeatsMax), async ({ key, token, items }) => {
    witness.answered(key, await client.place(token, items, key))
  })
  scores.looked(2, 'keys sent once more at the end', Math.min(answered.length, repeatsMax))
  await each(witness, answered.slice(0, changedMax), async ({ key, token, items }) => {
    const changed = items.map(item => ({ ...item, quantity: item.quantity + 1 }))
    const { status } = await client.place(token, changed, key)
    if (status !== 422) scores.broke(2, key, `another body under the same key was answered ${status}`)
  })
  scores.looked(2, 'keys sent with another body', Math.min(answered.length, changedMax))
}

async function each(
  witness: Witness,
  words: readonly KeptWord[],
  work: (word: KeptWord) => Promise<void>,
): Promise<void> {
  const left = [...words]
  const worker = async () => {
    for (let word = left.shift(); word !== undefined; word = left.shift()) {
      await work(word).catch(error => {
        if (!(error instanceof NotHealed)) throw error
        witness.unhealed.push(`asked again: ${error.message}`)
        // Where one gets no answer, the others would each be waited for as long.
        left.length = 0
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
