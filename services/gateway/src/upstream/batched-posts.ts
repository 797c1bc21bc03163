import {
  type BatchedAnswer,
  type BatchedCall,
  batchBytesMax,
  batchedCallsMax,
  batchPath,
} from '@alipay-checkout/contracts'
import { createBatcher } from '@alipay-checkout/service-kit'

/** An answer of 2xx, its body read. */
export interface PostAnswer {
  status: number
  body: unknown
}

/** Sends a request; gives the answer's status once that is there, and its text piece by piece. */
export type SendPost = (post: {
  path: string
  body: string
  contentType?: string
  traceparent: string
}) => Promise<{ status: number; pieces: AsyncIterable<string> }>

const formType = 'application/x-www-form-urlencoded'

/**
 * How long, under load, calls wait for others that come singly from outside. Each round of batches costs much the same
 * in every service whatever is in it, so a slow or busy machine must make fewer of them: then calls are gathered for
 * longer, as the answers take longer.
 */
export interface Gathering {
  /** On any machine, ms. */
  leastMs: number
  /** How many times as long as the last answers took. */
  timesAnswer: number
}

/** Calls are never gathered for longer, ms. */
const gatheredMaxMs = 400
/** How much the latest answer counts for how long answers take. */
const weightOfLatest = 0.2

/** A call, serialized once: its bytes are what a batch is bounded by. */
interface SerializedCall {
  call: BatchedCall
  /** The call as one element of a batch. */
  json: string
  bytes: number
}

type Answer = PromiseWithResolvers<PostAnswer>

/**
 * Makes POSTs of one kind travel together: a call that meets no other goes at once and by itself, those that come while
 * the last request has just gone share the next one, or with `gathering` those of some time. Each is answered as soon
 * as its own answer is there. A body that is a text is a form.
 *
 * A request of several calls has at most `batchBytesMax`. Where the receiver refuses one as a whole, none of its
 * calls has been handled: each half is then sent again by itself, down to single calls, so that a call that can't be
 * taken fails alone.
 *
 * `refuse` makes an error of an answer that is not 2xx, `fail` one of a request that got none.
 */
export function createPosts(
  post: SendPost,
  explain: { refuse: (status: number, body: unknown) => Error; fail: (error: unknown) => Error },
  gathering?: Gathering,
): (call: BatchedCall) => Promise<PostAnswer> {
  /** How long the last answers to requests of several calls took. */
  let answerMs = 0
  const gather = createBatcher<SerializedCall, { answer: Promise<PostAnswer> }>({
    batchSizeMax: batchedCallsMax,
    bytes: { of: ({ bytes }) => bytes, batchMax: batchBytesMax },
    ...(gathering && {
      windowMs: () => Math.min(Math.max(gathering.leastMs, gathering.timesAnswer * answerMs), gatheredMaxMs),
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
    if (only && others.length === 0) return answers[0]?.resolve(sendAlone(only))
    const refusal = await sendTogether(calls, answers)
    if (!refusal) return
    const half = Math.ceil(calls.length / 2)
    await Promise.all([
      send(calls.slice(0, half), answers.slice(0, half)),
      send(calls.slice(half), answers.slice(half)),
    ])
  }

  async function sendAlone({ call: { url, body, traceparent } }: SerializedCall): Promise<PostAnswer> {
    try {
      const sent = typeof body === 'string' ? { body, contentType: formType } : { body: JSON.stringify(body) }
      const { status, pieces } = await post({ path: url, traceparent, ...sent })
      return settled(status, bodyOf(await textOf(pieces)))
    } catch (error) {
      throw explain.fail(error)
    }
  }

  /** Settles every answer, unless the request was refused because of what it carries: then settles none. */
  async function sendTogether(
    calls: readonly SerializedCall[],
    answers: readonly Answer[],
  ): Promise<'refused' | undefined> {
    const sentAtMs = performance.now()
    try {
      const traceparent = calls[0]?.call.traceparent ?? ''
      const body = `[${calls.map(({ json }) => json).join(',')}]`
      const { status, pieces } = await post({ path: batchPath, body, traceparent })
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
      throw new Error('the answer ended too soon')
    } catch (error) {
      const failure = explain.fail(error)
      // An answer that is settled already stays as it is.
      for (const { reject } of answers) reject(failure)
    } finally {
      answerMs += weightOfLatest * (performance.now() - sentAtMs - answerMs)
    }
  }

  function settled(status: number, body: unknown): PostAnswer {
    if (status >= 300) throw explain.refuse(status, body)
    return { status, body }
  }

  return async call => (await gather(serialized(call))).answer
}

function serialized(call: BatchedCall): SerializedCall {
  const json = JSON.stringify(call)
  return { call, json, bytes: Buffer.byteLength(json) + 1 }
}

/** Whether an answer's status is about what the request carries, rather than about who sends it or how often. */
function refusesContent(status: number): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 429
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

/** JSON where it is any; the text of what speaks no JSON. */
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
