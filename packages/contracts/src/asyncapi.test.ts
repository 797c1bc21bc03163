import { Parser } from '@asyncapi/parser'
import { Compile } from 'typebox/compile'
import { expect, it } from 'vitest'
import { asyncApiDocument } from './asyncapi.ts'
import { eventTypes } from './events/catalog.ts'
import { eventsOf, eventTopics } from './events/guide.ts'
import { readSamples } from './events/samples.ts'

const samples = readSamples()
const document = asyncApiDocument({ samples, publicUrl: 'https://shop.example.com' })

/** Severities of @asyncapi/parser: 0 is an error, 1 a warning. */
const severityMax = 1

// The parser compiles some hundred schemas, which takes seconds on a busy machine.
it('is valid AsyncAPI 3.0', async () => {
  const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document))
  expect(diagnostics.filter(({ severity }) => severity <= severityMax)).toEqual([])
  expect(parsed?.version()).toBe('3.0.0')
  expect(
    parsed
      ?.channels()
      .all()
      .map(channel => channel.address()),
  ).toEqual(eventTopics)
  expect(
    parsed
      ?.operations()
      .all()
      .every(operation => operation.isReceive()),
  ).toBe(true)
}, 60_000)

// @asyncapi/parser compares examples with schemas in documents of version 2 only.
it('has examples that match the schemas of their headers and payloads', () => {
  for (const { headers, payload, examples } of Object.values(document.components.messages)) {
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      expect(Compile(headers).Errors(example.headers)).toEqual([])
      expect(Compile(payload).Errors(example.payload)).toEqual([])
      expect(Compile(headers).Check({ ...example.headers, ce_type: 'Another' })).toBe(false)
    }
  }
})

it.each(eventTopics)('lists each event of %s once, with all of its samples', topic => {
  const channel = Object.values(document.channels).find(({ address }) => address === topic)
  expect(Object.keys(channel?.messages ?? {})).toEqual(eventsOf(topic).map(({ name }) => name))
  for (const { name } of eventsOf(topic)) {
    const examples = document.components.messages[name]?.examples
    expect(examples?.map(({ payload }) => payload)).toEqual(
      samples.filter(({ type }) => type === name).map(({ data }) => data),
    )
  }
})

it('describes every event, and its key as the value of a field', () => {
  const messages = Object.values(document.components.messages)
  const ids = messages.flatMap(({ examples }) => examples.map(({ headers }) => headers.ce_id))
  expect(new Set(ids).size).toBe(samples.length)
  expect(messages.map(({ name }) => name).sort()).toEqual([...eventTypes.keys()].sort())
  for (const { summary, bindings, headers, examples } of messages) {
    expect(summary).toMatch(/\w{3}/)
    expect(bindings.kafka.key?.type).toBe('string')
    for (const { headers: example, payload } of examples) {
      expect(Object.keys(example)).toEqual(Object.keys(headers.properties ?? {}))
      expect([payload.orderId, payload.sku]).toContain(example.ce_subject)
    }
  }
})
