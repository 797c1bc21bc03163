import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEnvironment, readSystemFolder } from './config.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('prefers a variable of the shell to .env', () => {
  writeFileSync(join(folder, '.env'), 'GATEWAY_PORT=9000\nORDER_TTL_SECONDS=60\n# JWT_SECRET=no\n')
  expect(readEnvironment(folder, { GATEWAY_PORT: '9001' })).toEqual({ GATEWAY_PORT: '9001', ORDER_TTL_SECONDS: '60' })
})

it('treats an empty variable as not set', () => {
  writeFileSync(join(folder, '.env'), 'REDIS_URL=redis://elsewhere\nKAFKA_BROKERS=\n')
  expect(readEnvironment(folder, { REDIS_URL: '' })).toEqual({ REDIS_URL: 'redis://elsewhere' })
})

it('needs no .env', () => {
  expect(readEnvironment(folder, { A: '1' })).toEqual({ A: '1' })
})

it('resolves a relative LOCAL_DIR from the repository’s folder, in the shell and in .env', () => {
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

it('treats the default folder as the same system when LOCAL_DIR names it', () => {
  const usual = { dir: join(folder, '.local'), settingsFolder: folder }
  expect(readSystemFolder({ LOCAL_DIR: '.local' }, folder)).toEqual(usual)
  expect(readSystemFolder({ LOCAL_DIR: join(folder, '.local') }, folder)).toEqual(usual)
})

it('expands ~ in .env to the home folder', () => {
  writeFileSync(join(folder, '.env'), 'LOCAL_DIR=~/shop\n')
  expect(readSystemFolder({}, folder).dir).toBe(join(homedir(), 'shop'))
})
