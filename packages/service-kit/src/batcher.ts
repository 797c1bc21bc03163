import { Problem } from './problem.ts'
import { withoutTrace } from './tracing/current-trace.ts'

/** A bound on the bytes of one batch. */
export interface BatchBytes<In> {
  /** The size of one item. */
  of: (item: In) => number
  /** The sum of one batch. An item that is larger by itself makes a batch of its own. */
  batchMax: number
}

interface Waiting<In, Out> {
  item: In
  resolve: (out: Out) => void
  reject: (error: unknown) => void
}

/**
 * Combines concurrent calls into batches: while one batch runs, the next one fills. An idle system adds no delay, and
 * under load many requests share one transaction or one request. With `windowMs`, the next batch starts no sooner than
 * that time after the start of a batch of several calls, so that the fixed cost of a batch is paid less often. A call
 * that meets no other does not wait for the window, nor does a full batch.
 *
 * With `bytes`, a batch is also full when the next item would take it beyond `bytes.batchMax`.
 *
 * `run` gets 1 to `batchSizeMax` items and returns one result per item, in order; a result that is an Error rejects
 * that one call. When `run` throws, the batch is run again item by item, so that one bad item fails alone, except for
 * errors for which `failsBatch` returns true: they reject all calls of the batch at once. Use it for errors that are
 * not caused by an item, such as an unreachable database, where each item would wait for it again.
 *
 * More than `queueSizeMax` waiting calls are refused with the problem `service-unavailable`.
 */
export function createBatcher<In, Out>({
  run,
  batchSizeMax,
  bytes,
  windowMs,
  failsBatch = () => false,
  queueSizeMax = 10_000,
}: {
  run: (items: In[]) => Promise<(Out | Error)[]>
  batchSizeMax: number
  bytes?: BatchBytes<In>
  windowMs?: () => number
  failsBatch?: (error: unknown) => boolean
  queueSizeMax?: number
}): (item: In) => Promise<Out> {
  const queue: Waiting<In, Out>[] = []
  let running = false
  let nextAtMs = 0
  let queuedBytes = 0

  function isFull(): boolean {
    return queue.length >= batchSizeMax || (bytes !== undefined && queuedBytes >= bytes.batchMax)
  }

  function takeBatch(): Waiting<In, Out>[] {
    if (!bytes) return queue.splice(0, batchSizeMax)
    let count = 0
    let sum = 0
    for (const { item } of queue) {
      const size = bytes.of(item)
      if (count === batchSizeMax || (count > 0 && sum + size > bytes.batchMax)) break
      count++
      sum += size
    }
    queuedBytes -= sum
    return queue.splice(0, count)
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const earlyMs = nextAtMs - performance.now()
      if (earlyMs > 0 && !isFull()) await new Promise(resolve => setTimeout(resolve, earlyMs))
      const batch = takeBatch()
      if (windowMs !== undefined && batch.length > 1) nextAtMs = performance.now() + windowMs()
      await runBatch(batch)
    }
    running = false
  }

  async function runBatch(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await run(batch.map(waiting => waiting.item))
      for (const [index, waiting] of batch.entries()) settle(waiting, results[index] as Out | Error)
    } catch (error) {
      if (batch.length === 1 || failsBatch(error)) for (const waiting of batch) waiting.reject(error)
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
      if (bytes) queuedBytes += bytes.of(item)
      if (!running) {
        running = true
        // Calls of the same turn of the event loop share the first batch, which belongs to none of their traces.
        withoutTrace(() => setImmediate(drain))
      }
    })
}

function settle<In, Out>(waiting: Waiting<In, Out>, result: Out | Error): void {
  if (result instanceof Error) waiting.reject(result)
  else waiting.resolve(result)
}
