import { Problem } from './problem.ts'

interface Waiting<In, Out> {
  item: In
  resolve: (out: Out) => void
  reject: (error: unknown) => void
}

/**
 * Gathers concurrent calls into batches: while one batch runs, the next one fills. An idle system adds no delay,
 * a busy one gets large batches, so that many requests share one transaction. With `everyMs`, a batch that carried more
 * than one call is followed by the next no sooner than what that says then after it began: what a batch costs, here and
 * at everybody who hears of it, is paid seldom then. A call that meets no other does not wait, nor does a full batch.
 *
 * `run` gets 1 to `batchSizeMax` items and gives one result per item, in order; a result that is an Error rejects
 * that one call. When `run` itself throws, the batch is run again item by item, so that one bad item fails alone.
 * More than `queueSizeMax` waiting calls are refused with the problem `service-unavailable`.
 */
export function createBatcher<In, Out>({
  run,
  batchSizeMax,
  everyMs,
  queueSizeMax = 10_000,
}: {
  run: (items: In[]) => Promise<(Out | Error)[]>
  batchSizeMax: number
  everyMs?: () => number
  queueSizeMax?: number
}): (item: In) => Promise<Out> {
  const queue: Waiting<In, Out>[] = []
  let running = false
  let nextAtMs = 0

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const earlyMs = nextAtMs - performance.now()
      if (earlyMs > 0 && queue.length < batchSizeMax) await new Promise(resolve => setTimeout(resolve, earlyMs))
      const batch = queue.splice(0, batchSizeMax)
      if (everyMs !== undefined && batch.length > 1) nextAtMs = performance.now() + everyMs()
      await runBatch(batch)
    }
    running = false
  }

  async function runBatch(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await run(batch.map(waiting => waiting.item))
      for (const [index, waiting] of batch.entries()) settle(waiting, results[index] as Out | Error)
    } catch (error) {
      const [only] = batch
      if (batch.length === 1 && only) only.reject(error)
      else for (const waiting of batch) await runBatch([waiting])
    }
  }

  return item =>
    new Promise<Out>((resolve, reject) => {
      if (queue.length >= queueSizeMax) {
        reject(new Problem('service-unavailable', 'Too many requests are waiting. Try again in a moment.'))
        return
      }
      queue.push({ item, resolve, reject })
      if (!running) {
        running = true
        // Requests that arrived in the same turn of the event loop share the first batch too.
        setImmediate(drain)
      }
    })
}

function settle<In, Out>(waiting: Waiting<In, Out>, result: Out | Error): void {
  if (result instanceof Error) waiting.reject(result)
  else waiting.resolve(result)
}
