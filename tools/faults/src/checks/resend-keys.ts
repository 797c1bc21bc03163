import type { ClientLog, KeyRecord } from '../load/client-log.ts'
import { type RetryingClient, Unanswered } from '../load/retrying-client.ts'
import type { PromiseScores } from './scores.ts'

/** Keys that are sent once more, and those that are sent with another body. */
const repeatsMax = 300
const changedMax = 30
const parallel = 8

/**
 * Sends keys once more after everything has settled (2). The responses are added to the log, which is judged later;
 * another body under the same key must be refused.
 */
export async function resendKeys(clientLog: ClientLog, client: RetryingClient, scores: PromiseScores): Promise<void> {
  const answered = [...clientLog.keys.values()].filter(({ answers }) => answers.length > 0)
  await each(clientLog, answered.slice(-repeatsMax), async ({ key, token, items, fields }) => {
    clientLog.answered(key, await client.placeOrder(token, items, { key, fields }))
  })
  scores.checked(2, 'keys sent once more at the end', Math.min(answered.length, repeatsMax))
  await each(clientLog, answered.slice(0, changedMax), async ({ key, token, items, fields }) => {
    const changed = items.map(item => ({ ...item, quantity: item.quantity + 1 }))
    const { status } = await client.placeOrder(token, changed, { key, fields })
    if (status !== 422) scores.broken(2, key, `another body under the same key was answered ${status}`)
  })
  scores.checked(2, 'keys sent with another body', Math.min(answered.length, changedMax))
}

async function each(
  clientLog: ClientLog,
  records: readonly KeyRecord[],
  work: (record: KeyRecord) => Promise<void>,
): Promise<void> {
  const left = [...records]
  const worker = async () => {
    for (let record = left.shift(); record !== undefined; record = left.shift()) {
      await work(record).catch(error => {
        if (!(error instanceof Unanswered)) throw error
        clientLog.unanswered.push(`sent once more: ${error.message}`)
        // After one request without a response, each further one would wait as long.
        left.length = 0
      })
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}
