import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnvironment, readSystemFolder } from './config.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a variable of the shell wins over .env, and .env over nothing', () => {
  writeFileSync(join(folder, '.env'), 'GATEWAY_PORT=9000\nORDER_TTL_SECONDS=60\n# JWT_SECRET=no\n')
  expect(readEnvironment(folder, { GATEWAY_PORT: '9001' })).toEqual({ GATEWAY_PORT: '9001', ORDER_TTL_SECONDS: '60' })
})

test('an empty variable counts as not set', () => {
  writeFileSync(join(folder, '.env'), 'REDIS_URL=redis://elsewhere\nKAFKA_BROKERS=\n')
  expect(readEnvironment(folder, { REDIS_URL: '' })).toEqual({ REDIS_URL: 'redis://elsewhere' })
})

test('no .env is fine', () => {
  expect(readEnvironment(folder, { A: '1' })).toEqual({ A: '1' })
})

test('a relative LOCAL_DIR starts at the repository’s folder, from the shell and from .env', () => {
  expect(readSystemFolder({}, folder)).toEqual({ dir: join(folder, '.local'), settingsFolder: folder })
  const other = join(folder, 'other place')
  expect(readSystemFolder({ LOCAL_DIR: 'other place' }, folder)).toEqual({ dir: other, settingsFolder: other })
  expect(readSystemFolder({ LOCAL_DIR: './other place/' }, folder).dir).toBe(other)
  expect(readSystemFolder({ LOCAL_DIR: '../数据' }, folder).dir).toBe(join(folder, '..', '数据'))
  writeFileSync(join(folder, '.env'), 'LOCAL_DIR=data\n')
  expect(readSystemFolder({}, folder)).toEqual({ dir: join(folder, 'data'), settingsFolder: folder })
  expect(readSystemFolder({ LOCAL_DIR: '' }, folder).dir).toBe(join(folder, 'data'))
  expect(readSystemFolder({ LOCAL_DIR: other }, folder).dir).toBe(other)
})

test('the usual folder, written out, is the same system with the same settings', () => {
  const usual = { dir: join(folder, '.local'), settingsFolder: folder }
  expect(readSystemFolder({ LOCAL_DIR: '.local' }, folder)).toEqual(usual)
  expect(readSystemFolder({ LOCAL_DIR: join(folder, '.local') }, folder)).toEqual(usual)
})

test('~ is the home folder, which no shell has put into .env', () => {
  writeFileSync(join(folder, '.env'), 'LOCAL_DIR=~/shop\n')
  expect(readSystemFolder({}, folder).dir).toBe(join(homedir(), 'shop'))
})
