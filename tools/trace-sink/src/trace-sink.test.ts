import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTraceSink, type TraceSink } from './trace-sink.ts'

let sink: TraceSink
beforeAll(async () => {
  sink = await startTraceSink({ host: '127.0.0.1', port: 0, tracesMax: 3 })
})
afterAll(() => sink.close())

const idOf = (n: number) => String(n).padStart(32, '0')

function post(body: string): Promise<Response> {
  return fetch(`${sink.url}/v1/traces`, { method: 'POST', body })
}

function spanOf(n: number, startNs: number) {
  const times = { startTimeUnixNano: String(startNs), endTimeUnixNano: String(startNs + 1) }
  return { traceId: idOf(n), spanId: String(startNs).padStart(16, '0'), name: `span ${startNs}`, kind: 1, ...times }
}

const exported = (...spans: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })

it('keeps the latest traces, each in the order of its spans', async () => {
  for (const n of [1, 2, 3, 4]) expect((await post(exported(spanOf(n, 20), spanOf(n, 10)))).status).toBe(200)
  expect(sink.spansOf(idOf(1))).toEqual([])
  expect(sink.spansOf(idOf(4)).map(({ name }) => name)).toEqual(['span 10', 'span 20'])
  expect((await fetch(`${sink.url}/api/traces/${idOf(1)}`)).status).toBe(404)
  const { batches } = (await (await fetch(`${sink.url}/api/traces/${idOf(4)}`)).json()) as {
    batches: { scopeSpans: { spans: { traceId: string }[] }[] }[]
  }
  expect(batches[0]?.scopeSpans[0]?.spans[0]?.traceId).toBe(Buffer.from(idOf(4), 'hex').toString('base64'))
})

it('refuses what is no JSON or too large, and goes on', async () => {
  expect((await post('no JSON')).status).toBe(400)
  expect((await post(' '.repeat(9 * 1024 * 1024))).status).toBe(413)
  expect((await fetch(`${sink.url}/readyz`)).status).toBe(200)
})
