import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeFailure, StartFailure } from './failure.ts'
import { makeFolder, makeSystemFolder } from './folder.ts'
import { tailOf } from './log-file.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failure-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the reader sees of whatever `work` throws. */
function told(work: () => void): string {
  try {
    work()
  } catch (error) {
    return describeFailure(error)
  }
  return ''
}

test('a failed step is told with its reason and its remedy', () => {
  const text = describeFailure(new StartFailure('Starting Kafka', 'first\nsecond', 'do this'))
  expect(text).toBe('✖ Starting Kafka failed\n  why:    first\n          second\n  remedy: do this')
})

test('a folder that can’t be made is named, with a remedy that fits', () => {
  writeFileSync(join(folder, 'file'), '')
  const inTheWay = told(() => makeFolder(join(folder, 'file', 'data')))
  expect(inTheWay).toContain(`Creating the folder ${join(folder, 'file', 'data')} failed`)
  expect(inTheWay).toMatch(/remedy: A file lies where a folder is needed.*LOCAL_DIR=/)
  const tooLong = told(() => makeFolder(join(folder, 'x'.repeat(300))))
  expect(tooLong).toMatch(/remedy: The path is too long.*LOCAL_DIR=/)
  expect(told(() => makeFolder(join(folder, 'new', 'data')))).toBe('')
})

test('nothing in a system’s folder is taken for source, and a second start leaves it so', () => {
  const data = join(folder, 'new', 'data')
  makeSystemFolder(data)
  expect(readFileSync(join(data, '.gitignore'), 'utf8')).toBe('*\n')
  writeFileSync(join(data, '.gitignore'), 'own\n')
  makeSystemFolder(data)
  expect(readFileSync(join(data, '.gitignore'), 'utf8')).toBe('own\n')
})

test('what the system refuses elsewhere has a remedy and no stack', () => {
  writeFileSync(join(folder, 'file'), '')
  const text = told(() => mkdirSync(join(folder, 'file', 'logs')))
  expect(text).toContain('remedy: A file lies where a folder is needed')
  expect(text).not.toContain(' at ')
})

test('an error of ours keeps its stack', () => {
  expect(describeFailure(new Error('a bug'))).toMatch(/a bug\n\s+at /)
})

test('what an earlier run wrote into a log is no reason for this one', () => {
  const log = join(folder, 'x.log')
  writeFileSync(log, 'Address already in use\nready\n')
  expect(tailOf(log, 15, 'Address already in use\n'.length)).toBe('ready')
  expect(tailOf(log, 1)).toBe('ready')
  // The log was set aside, and a new one begun.
  expect(tailOf(log, 15, 1_000)).toContain('Address already in use')
})
