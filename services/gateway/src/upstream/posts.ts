import { type TogetherAnswer, type TogetherCall, togetherMax, togetherPath } from '@alipay-checkout/contracts'
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

/**
 * Makes POSTs of one kind travel together: a call that meets no other goes at once and by itself, those that come while
 * the last request has just gone share the next one, or with `gathering` those of some time. Each is answered as soon
 * as its own answer is there. A body that is a text is a form.
 *
 * `refuse` makes an error of an answer that is not 2xx, `fail` one of a request that got none.
 */
export function createPosts(
  send: SendPost,
  explain: { refuse: (status: number, body: unknown) => Error; fail: (error: unknown) => Error },
  gathering?: Gathering,
): (call: TogetherCall) => Promise<PostAnswer> {
  /** How long the last answers to requests of several calls took. */
  let answerMs = 0
  const gather = createBatcher<TogetherCall, { answer: Promise<PostAnswer> }>({
    batchSizeMax: togetherMax,
    ...(gathering && {
      everyMs: () => Math.min(Math.max(gathering.leastMs, gathering.timesAnswer * answerMs), gatheredMaxMs),
    }),
    run: async calls => {
      const [only] = calls
      if (calls.length === 1 && only) return [{ answer: alone(only) }]
      const answers = calls.map(() => Promise.withResolvers<PostAnswer>())
      void together(calls, answers)
      return answers.map(({ promise }) => ({ answer: promise }))
    },
  })

  async function alone({ url, body, traceparent }: TogetherCall): Promise<PostAnswer> {
    try {
      const sent = typeof body === 'string' ? { body, contentType: formType } : { body: JSON.stringify(body) }
      const { status, pieces } = await send({ path: url, traceparent, ...sent })
      return settled(status, bodyOf(await textOf(pieces)))
    } catch (error) {
      throw explain.fail(error)
    }
  }

  async function together(calls: readonly TogetherCall[], answers: PromiseWithResolvers<PostAnswer>[]): Promise<void> {
    const sentAtMs = performance.now()
    try {
      const traceparent = calls[0]?.traceparent ?? ''
      const { status, pieces } = await send({ path: togetherPath, body: JSON.stringify(calls), traceparent })
      if (status !== 200) throw explain.refuse(status, bodyOf(await textOf(pieces)))
      for await (const line of linesOf(pieces)) {
        const [index, itsStatus, body] = JSON.parse(line) as TogetherAnswer
        try {
          answers[index]?.resolve(settled(itsStatus, body))
        } catch (error) {
          answers[index]?.reject(error)
        }
      }
      throw new Error('the answer ended too soon')
    } catch (error) {
      const failure = explain.fail(error)
      // Those that have their answer don't mind.
      for (const { reject } of answers) reject(failure)
    } finally {
      answerMs += weightOfLatest * (performance.now() - sentAtMs - answerMs)
    }
  }

  function settled(status: number, body: unknown): PostAnswer {
    if (status >= 300) throw explain.refuse(status, body)
    return { status, body }
  }

  return async call => (await gather(call)).answer
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
