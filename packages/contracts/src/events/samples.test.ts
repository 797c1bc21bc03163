import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventTypes } from './catalog.ts'

const folder = new URL('../../samples/', import.meta.url)
const samples = readdirSync(folder).map(file => {
  const { type, data } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { type: string; data: object }
  return { file, type, data }
})

describe('every stored sample parses for ever', () => {
  it.each(samples)('$file', ({ type, data }) => {
    const eventType = eventTypes.get(type)
    expect(eventType, `${type} is in the catalogue`).toBeDefined()
    expect(eventType?.validator.Errors(data)).toEqual([])
  })

  it('every event type has a sample', () => {
    expect(new Set(samples.map(sample => sample.type))).toEqual(new Set(eventTypes.keys()))
  })

  it.each(samples)('a field more is accepted, a required one less is not: $file', ({ type, data }) => {
    const { validator, data: schema } = eventTypes.get(type) as NonNullable<ReturnType<typeof eventTypes.get>>
    expect(validator.Check({ ...data, addedLater: 'by a newer producer' })).toBe(true)
    for (const field of schema.required as unknown as string[]) {
      const { [field]: _gone, ...rest } = data as Record<string, unknown>
      expect(validator.Check(rest), `without ${field}`).toBe(false)
    }
  })
})
