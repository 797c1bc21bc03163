import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from './config.ts'

const schema = Type.Object({
  NODE_ENV: Type.String({ default: 'development' }),
  PORT: Type.Integer({ minimum: 1, maximum: 65535, default: 80 }),
  DATABASE_URL: Type.String({ pattern: '^postgres://' }),
  TOKEN: Type.String({ minLength: 16 }),
})
const good = { DATABASE_URL: 'postgres://here', TOKEN: 'a-long-enough-token' }

describe('loadConfig', () => {
  it('reads typed settings with defaults; an empty variable counts as not set', () => {
    expect(loadConfig(schema, [], { ...good, PORT: '8080', NODE_ENV: '', OTHER: 'x' })).toEqual({
      ...good,
      NODE_ENV: 'development',
      PORT: 8080,
    })
  })

  it('names all missing or invalid settings at once, without their values', () => {
    const load = () => loadConfig(schema, [], { PORT: '99999', TOKEN: 'hunter2' })
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(/DATABASE_URL is not set/)
    expect(load).not.toThrow(/hunter2/)
  })

  it.each(['u:hunter#2@here/x', 'u:hunter2%@here/x', 'u:hunter/2@here/x'])(
    'refuses a malformed address without showing its password (%s)',
    address => {
      const load = () => loadConfig(schema, [], { ...good, DATABASE_URL: `postgres://${address}` })
      expect(load).toThrow(ConfigError)
      expect(load).toThrow(/^DATABASE_URL: /)
      expect(load).not.toThrow(/hunter/)
    },
  )

  it.each(['u:p,%40@one:5432,two:5433/x?sslmode=require', 'here'])('accepts the address %s', address =>
    expect(loadConfig(schema, [], { ...good, DATABASE_URL: `postgres://${address}` })).toBeTruthy(),
  )

  it('refuses placeholders as secrets in production', () => {
    const env = { ...good, NODE_ENV: 'production', TOKEN: 'change-me-please-now' }
    expect(() => loadConfig(schema, ['TOKEN'], env)).toThrow('TOKEN: production needs a secret of its own')
    for (const two of ['f3b1c9d27a604e58,change-me-please', 'f3b1c9d27a604e58, change-me-please'])
      expect(() => loadConfig(schema, ['TOKEN'], { ...env, TOKEN: two }), two).toThrow('TOKEN: ')
    expect(loadConfig(schema, ['TOKEN'], { ...env, NODE_ENV: 'development' }).TOKEN).toBe('change-me-please-now')
    expect(loadConfig(schema, ['TOKEN'], { ...env, TOKEN: 'f3b1c9d27a604e58' }).TOKEN).toBe('f3b1c9d27a604e58')
  })
})
