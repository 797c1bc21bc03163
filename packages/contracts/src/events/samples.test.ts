import { describe, expect, it } from 'vitest'
import { eventTypes } from './catalog.ts'
import { readSamples } from './samples.ts'

const samples = readSamples()

describe('a stored sample', () => {
  it.each(samples)('matches its schema: $name', ({ type, data }) => {
    const eventType = eventTypes.get(type)
    expect(eventType, `${type} is in the catalogue`).toBeDefined()
    expect(eventType?.validator.Errors(data)).toEqual([])
  })

  it('exists for every event type', () => {
    expect(new Set(samples.map(sample => sample.type))).toEqual(new Set(eventTypes.keys()))
  })

  it.each(samples)('matches with an added field, and does not without a required one: $name', ({ type, data }) => {
    const { validator, data: schema } = eventTypes.get(type) as NonNullable<ReturnType<typeof eventTypes.get>>
    expect(validator.Check({ ...data, addedLater: 'by a newer producer' })).toBe(true)
    for (const field of schema.required as unknown as string[]) {
      const { [field]: _gone, ...rest } = data
      expect(validator.Check(rest), `without ${field}`).toBe(false)
    }
  })
})
