import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventTypes } from './catalog.ts'

const folder = new URL('../../samples/', import.meta.url)
const samples = readdirSync(folder).map(file => {
  const { type, data } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { type: string; data: object }
  return { file, type, data }
})

describe('a stored sample', () => {
  it.each(samples)('matches its schema: $file', ({ type, data }) => {
    const eventType = eventTypes.get(type)
    expect(eventType, `${type} is in the catalogue`).toBeDefined()
    expect(eventType?.validator.Errors(data)).toEqual([])
  })

  it('exists for every event type', () => {
    expect(new Set(samples.map(sample => sample.type))).toEqual(new Set(eventTypes.keys()))
  })

  it.each(samples)('matches with an added field, and does not without a required one: $file', ({ type, data }) => {
    const { validator, data: schema } = eventTypes.get(type) as NonNullable<ReturnType<typeof eventTypes.get>>
    expect(validator.Check({ ...data, addedLater: 'by a newer producer' })).toBe(true)
    for (const field of schema.required as unknown as string[]) {
      const { [field]: _gone, ...rest } = data as Record<string, unknown>
      expect(validator.Check(rest), `without ${field}`).toBe(false)
    }
  })
})
