import { AsyncLocalStorage } from 'node:async_hooks'

/** What the code that runs now belongs to. */
export interface TraceContext {
  /** The span that it runs in. */
  readonly traceparent?: string | undefined
  /** The order that it is about, once that is known. */
  orderId?: string | undefined
  /** Contexts that the span is to be linked to when it ends. */
  readonly links?: string[]
}

const storage = new AsyncLocalStorage<TraceContext | undefined>()

/** The context of the code that runs now; undefined in work that several orders share. */
export function currentTrace(): TraceContext | undefined {
  return storage.getStore()
}

/** Runs `work` in a context: log lines name its trace and order, and calls to Alipay are spans below it. */
export function withTrace<T>(context: TraceContext, work: () => T): T {
  return storage.run(context, work)
}

/** Runs `work` outside of any context: it is about other orders too. */
export function withoutTrace<T>(work: () => T): T {
  return storage.run(undefined, work)
}

/** Says which order the code that runs now is about. */
export function nameOrder(orderId: string): void {
  const context = storage.getStore()
  if (context) context.orderId = orderId
}
