import { isUnreachable } from '@alipay-checkout/service-kit'

/**
 * Wraps the work of a batch: while the database is away, all of the batch fails at once. Tried item by item, as
 * batches that fail otherwise are, each would wait for the database by itself and hold up those behind it.
 */
export function sharedFate<In, Out>(
  run: (items: In[]) => Promise<(Out | Error)[]>,
): (items: In[]) => Promise<(Out | Error)[]> {
  return async items => {
    try {
      return await run(items)
    } catch (error) {
      if (isUnreachable(error)) return items.map(() => error as Error)
      throw error
    }
  }
}
