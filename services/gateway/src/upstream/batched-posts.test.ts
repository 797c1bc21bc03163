import { setImmediate as turn } from 'node:timers/promises'
import { batchBytesMax } from '@alipay-checkout/contracts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type BatchWindow, createBatchedPosts, type SendPost } from './batched-posts.ts'

class Refused extends Error {
  readonly status: number
  readonly body: unknown
  constructor(status: number, body: unknown) {
    super(`refused ${status}`)
    this.status = status
    this.body = body
  }
}

interface Sent {
  path: string
  body: string
  contentType?: string | undefined
  answer: PromiseWithResolvers<{ status: number; pieces: AsyncIterable<string> }>
}

/** Records the requests; the test answers them. */
function setUp(window?: BatchWindow) {
  const sent: Sent[] = []
  const send: SendPost = ({ path, body, contentType }) => {
    const answer: Sent['answer'] = Promise.withResolvers()
    sent.push({ path, body, contentType, answer })
    return answer.promise
  }
  const post = createBatchedPosts(
    send,
    {
      refuse: (status, body) => new Refused(status, body),
      fail: error => (error instanceof Refused ? error : new Error('unavailable', { cause: error })),
    },
    'things-service',
    window,
  )
  const call = (body: unknown) => post({ url: '/things', traceparent: 't', body })
  return { sent, call }
}

async function* pieces(...texts: string[]) {
  yield* texts
}

it('sends a single call as an ordinary request, and a text as a form', async () => {
  const { sent, call } = setUp()
  const json = call({ n: 1 })
  await turn()
  await turn()
  expect(sent[0]).toMatchObject({ path: '/things', body: '{"n":1}', contentType: undefined })
  sent[0]?.answer.resolve({ status: 201, pieces: pieces('{"ok"', ':true}') })
  expect(await json).toEqual({ status: 201, body: { ok: true } })

  const form = setUp()
  const text = form.call('a=1')
  await turn()
  await turn()
  expect(form.sent[0]).toMatchObject({ body: 'a=1', contentType: 'application/x-www-form-urlencoded' })
  form.sent[0]?.answer.resolve({ status: 200, pieces: pieces('success') })
  expect(await text).toEqual({ status: 200, body: 'success' })
})

it('batches concurrent calls, and resolves each as soon as its own answer arrives', async () => {
  const { sent, call } = setUp()
  const calls = [call(0), call(1), call(2)]
  await turn()
  await turn()
  expect(sent).toHaveLength(1)
  expect(sent[0]?.path).toBe('/batch')
  expect(JSON.parse(sent[0]?.body ?? '').map(({ body }: { body: unknown }) => body)).toEqual([0, 1, 2])
  const last = Promise.withResolvers<void>()
  sent[0]?.answer.resolve({
    status: 200,
    pieces: (async function* () {
      yield '[2,201,"c"]\n[0,40'
      yield '9,{"type":"short"}]\n'
      await last.promise
      yield '[1,200,"b"]\n'
    })(),
  })
  expect(await calls[2]).toEqual({ status: 201, body: 'c' })
  await expect(calls[0]).rejects.toMatchObject({ status: 409, body: { type: 'short' } })
  last.resolve()
  expect(await calls[1]).toEqual({ status: 200, body: 'b' })
})

it('rejects every unanswered call when the request is cut off, fails or is refused', async () => {
  const broken = setUp()
  const some = [broken.call(0), broken.call(1)]
  await turn()
  await turn()
  broken.sent[0]?.answer.resolve({ status: 200, pieces: pieces('[0,200,"a"]\n') })
  expect(await some[0]).toEqual({ status: 200, body: 'a' })
  await expect(some[1]).rejects.toThrow('unavailable')

  const failing = setUp()
  const all = [failing.call(0), failing.call(1)]
  await turn()
  await turn()
  failing.sent[0]?.answer.reject(new Error('ECONNREFUSED'))
  for (const one of all) await expect(one).rejects.toThrow('unavailable')

  const refusing = setUp()
  const none = [refusing.call(0), refusing.call(1)]
  await turn()
  await turn()
  refusing.sent[0]?.answer.resolve({ status: 401, pieces: pieces('{"type":"unauthenticated"}') })
  for (const one of none) await expect(one).rejects.toMatchObject({ status: 401 })
})

it('bounds a batch by its serialized bytes', async () => {
  const { sent, call } = setUp()
  // 64 KiB each, and 384 KiB as JSON.
  const calls = Array.from({ length: 6 }, () => call('\u0001'.repeat(64 * 1024)))
  for (const _each of calls) {
    await turn()
    await turn()
  }
  expect(sent.map(({ path }) => path)).toEqual(['/batch', '/batch', '/batch'])
  for (const { body } of sent) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(batchBytesMax)
  for (const { answer } of sent) answer.resolve({ status: 200, pieces: pieces('[0,200,"a"]\n[1,200,"b"]\n') })
  expect((await Promise.all(calls)).map(({ body }) => body)).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
})

it.each([400, 413, 415])('fails only the call at fault when a batch is refused with %i', async status => {
  const requests: { path: string; count: number }[] = []
  const post = createBatchedPosts(
    async ({ path, body }) => {
      const given = JSON.parse(body) as { body: number }[] | number
      const numbers = typeof given === 'number' ? [given] : given.map(one => one.body)
      requests.push({ path, count: numbers.length })
      if (numbers.includes(13)) return { status, pieces: pieces('{"type":"bad"}') }
      if (typeof given === 'number') return { status: 200, pieces: pieces(String(given)) }
      return { status: 200, pieces: pieces(...numbers.map((n, index) => `[${index},200,${n}]\n`)) }
    },
    { refuse: (code, body) => new Refused(code, body), fail: error => error as Error },
    'things-service',
  )
  const results = await Promise.allSettled(
    [11, 12, 13, 14, 15].map(body => post({ url: '/things', traceparent: 't', body })),
  )
  expect(results.map(result => (result.status === 'fulfilled' ? result.value.body : result.reason.status))).toEqual([
    11,
    12,
    status,
    14,
    15,
  ])
  expect(requests.length).toBeLessThanOrEqual(9)
})

describe('the batch window', () => {
  /** Sends two calls in one batch that is answered after the given time. Returns how long they waited to be sent, ms. */
  async function round({ sent, call }: ReturnType<typeof setUp>, answerMs: number): Promise<number> {
    const before = sent.length
    const calls = [call(0), call(1)]
    const since = performance.now()
    while (sent.length === before) {
      await turn()
      await turn()
      if (sent.length === before) await vi.advanceTimersByTimeAsync(1)
    }
    const waitedMs = performance.now() - since
    await vi.advanceTimersByTimeAsync(answerMs)
    sent.at(-1)?.answer.resolve({ status: 200, pieces: pieces('[0,200,"a"]\n[1,200,"b"]\n') })
    await Promise.all(calls)
    return waitedMs
  }

  it('has its minimum while responses are quick, grows with slow ones, and has a maximum', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const wire = setUp({ minMs: 60, responseTimes: 4 })
    expect(await round(wire, 10)).toBe(0)
    // 60 ms after the first was sent.
    expect(await round(wire, 10)).toBe(50)
    expect(await round(wire, 10)).toBe(50)
    for (let times = 0; times < 40; times++) await round(wire, 30)
    // Four times 30 ms after the previous one was sent, as near as the moving average gets.
    expect(await round(wire, 30)).toBeCloseTo(90, -1)
    for (let times = 0; times < 40; times++) await round(wire, 200)
    expect(await round(wire, 200)).toBe(200)
  })
})
