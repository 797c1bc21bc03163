import {
  type BatchedAnswer,
  type BatchedCall,
  batchBytesMax,
  batchedCallsMax,
  batchPath,
} from '@alipay-checkout/contracts'
import { createBatcher, isRecorded, Problem, type Span, startBatchSpan, startSpan } from '@alipay-checkout/service-kit'

/** A 2xx response with its body read. */
export interface PostAnswer {
  status: number
  body: unknown
}

/** Sends a request and resolves with the response's status as soon as it is known; `pieces` streams the body's text. */
export type SendPost = (post: {
  path: string
  body: string
  contentType?: string
  traceparent: string
  /** The span that the request ends, or null where its caller does; `traceparent` is its context. */
  span: Span | null | undefined
}) => Promise<{ status: number; pieces: AsyncIterable<string> }>

const formType = 'application/x-www-form-urlencoded'

/**
 * How long, under load, calls wait to share a request. A batch costs every service much the same whatever its size, so
 * a slow or busy machine must send fewer of them: the window grows with the response time.
 */
export interface BatchWindow {
  /** The shortest window, ms. */
  minMs: number
  /** The window as a multiple of the average response time. */
  responseTimes: number
}

/** The longest window, ms. */
const windowMaxMs = 400
/** Weight of the latest response time in the moving average. */
const latestWeight = 0.2

/** A call serialized once, because batches are bounded by bytes. */
interface SerializedCall {
  call: BatchedCall
  /** From the call's arrival to its answer, where its trace is recorded. */
  span: Span | undefined
  /** The context of the batch that it was sent in. */
  batch?: string | undefined
  /** The call as one element of a batch. */
  json: string
  bytes: number
}

type Answer = PromiseWithResolvers<PostAnswer>

/**
 * Batches POSTs to one path. A call that arrives while no other does is sent at once as an ordinary request. Under load,
 * the calls that arrive within the `window` (without one: in the same turn of the event loop) share one request to
 * `batchPath`, and each resolves as soon as its own line of the response arrives. A body that is a text is sent as a
 * form.
 *
 * A batch has at most `batchBytesMax`. If the receiver rejects a whole batch because of its content, none of its calls
 * has been handled; each half is then sent again, down to single calls, so that only the call at fault fails.
 *
 * `refuse` makes an error of a response that is not 2xx, `fail` one of a request that got no response.
 */
export function createBatchedPosts(
  post: SendPost,
  explain: { refuse: (status: number, body: unknown) => Error; fail: (error: unknown) => Error },
  service: string,
  window?: BatchWindow,
): (call: BatchedCall) => Promise<PostAnswer> {
  /** Moving average of the response time of batches, ms. */
  let responseMs = 0
  const batch = createBatcher<SerializedCall, { answer: Promise<PostAnswer> }>({
    batchSizeMax: batchedCallsMax,
    bytes: { of: ({ bytes }) => bytes, batchMax: batchBytesMax },
    ...(window && {
      windowMs: () => Math.min(Math.max(window.minMs, window.responseTimes * responseMs), windowMaxMs),
    }),
    run: async calls => {
      const answers = calls.map(() => Promise.withResolvers<PostAnswer>())
      void send(calls, answers)
      return answers.map(({ promise }) => ({ answer: promise }))
    },
  })

  /** Settles every answer, and never throws. */
  async function send(calls: readonly SerializedCall[], answers: readonly Answer[]): Promise<void> {
    const [only, ...others] = calls
    if (only && others.length === 0) return answers[0]?.resolve(sendSingle(only))
    const outcome = await sendBatch(calls, answers)
    if (outcome === 'settled') return
    const half = Math.ceil(calls.length / 2)
    await Promise.all([
      send(calls.slice(0, half), answers.slice(0, half)),
      send(calls.slice(half), answers.slice(half)),
    ])
  }

  async function sendSingle({ call: { url, body, traceparent } }: SerializedCall): Promise<PostAnswer> {
    try {
      const sent = typeof body === 'string' ? { body, contentType: formType } : { body: JSON.stringify(body) }
      const { status, pieces } = await post({ path: url, traceparent, span: null, ...sent })
      return settled(status, bodyOf(await textOf(pieces)))
    } catch (error) {
      throw explain.fail(error)
    }
  }

  /** Settles every answer, or none where the receiver rejects the batch because of its content. */
  async function sendBatch(
    calls: readonly SerializedCall[],
    answers: readonly Answer[],
  ): Promise<'settled' | 'refused'> {
    const sentAtMs = performance.now()
    try {
      const span = startBatchSpan(
        `POST ${batchPath}`,
        'client',
        calls.map(({ span: its }) => its?.traceparent),
      )
      const traceparent = span?.traceparent ?? calls[0]?.call.traceparent ?? ''
      for (const call of calls) call.batch = span?.traceparent
      const body = `[${calls.map(({ json }) => json).join(',')}]`
      const { status, pieces } = await post({ path: batchPath, body, traceparent, span })
      if (status !== 200) {
        const text = await textOf(pieces)
        if (refusesContent(status)) return 'refused'
        throw explain.refuse(status, bodyOf(text))
      }
      for await (const line of linesOf(pieces)) {
        const [index, itsStatus, itsBody] = JSON.parse(line) as BatchedAnswer
        try {
          answers[index]?.resolve(settled(itsStatus, itsBody))
        } catch (error) {
          answers[index]?.reject(error)
        }
      }
      throw new Error('the response ended before every call was answered')
    } catch (error) {
      const failure = explain.fail(error)
      // Rejecting a promise that is settled already has no effect.
      for (const { reject } of answers) reject(failure)
      return 'settled'
    } finally {
      responseMs += latestWeight * (performance.now() - sentAtMs - responseMs)
    }
  }

  function settled(status: number, body: unknown): PostAnswer {
    if (status >= 300) throw explain.refuse(status, body)
    return { status, body }
  }

  return async given => {
    const span = isRecorded(given.traceparent) ? spanOf(given, service) : undefined
    const call = span ? { ...given, traceparent: span.traceparent } : given
    const serialized = serialize(call, span)
    try {
      const answer = await (await batch(serialized)).answer
      endSpan(serialized, answer.status)
      return answer
    } catch (error) {
      endSpan(serialized, error instanceof Problem ? error.status : 500)
      throw error
    }
  }
}

function spanOf({ url, traceparent: parent }: BatchedCall, service: string): Span | undefined {
  const attributes = { 'http.request.method': 'POST', 'peer.service': service }
  return startSpan({ name: `POST ${url}`, kind: 'client', parent, attributes })
}

function endSpan({ span, batch }: SerializedCall, status: number): void {
  span?.end({
    attributes: { 'http.response.status_code': status },
    ...(batch === undefined ? {} : { links: [batch] }),
    ...(status >= 500 ? { error: `answered ${status}` } : {}),
  })
}

function serialize(call: BatchedCall, span: Span | undefined): SerializedCall {
  const json = JSON.stringify(call)
  return { call, span, json, bytes: Buffer.byteLength(json) + 1 }
}

/** Whether a status is about the request's content, rather than about its sender or the request rate. */
function refusesContent(status: number): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 429
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

/** The parsed JSON, or the text where it is not JSON. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() as string
    yield* lines
  }
}
