import { StoredResponse } from '@alipay-checkout/contracts'
import { type Calls, createBatcher, isUnreachable } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { storeResponses } from './key-store.ts'

/** Responses that are stored in one statement. */
const batchSizeMax = 200

/** `POST /idempotent-answers` StoredResponse → 204, or 200 with the response that was stored for this key before. */
export function addStoreResponse(calls: Calls, { db }: { db: Db }): void {
  const store = createBatcher<StoredResponse, StoredResponse | undefined>({
    batchSizeMax,
    failsBatch: isUnreachable,
    run: responses => storeResponses(db, responses),
  })

  calls.post('/idempotent-answers', StoredResponse, async response => {
    const earlier = await store(response)
    return earlier ? { status: 200, body: earlier } : { status: 204 }
  })
}
