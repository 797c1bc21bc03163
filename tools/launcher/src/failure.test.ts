import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeFailure, StartFailure } from './failure.ts'
import { makeFolder, makeSystemFolder } from './folder.ts'
import { tailOf } from './log-file.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failure-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the user sees of the error that `work` throws. */
function described(work: () => void): string {
  try {
    work()
  } catch (error) {
    return describeFailure(error)
  }
  return ''
}

it('describes a failed step with its reason and its remedy', () => {
  const text = describeFailure(new StartFailure('Starting Kafka', 'first\nsecond', 'do this'))
  expect(text).toBe('✖ Starting Kafka failed\n  why:    first\n          second\n  remedy: do this')
})

it('names a folder that can’t be created, with a matching remedy', () => {
  writeFileSync(join(folder, 'file'), '')
  const inTheWay = described(() => makeFolder(join(folder, 'file', 'data')))
  expect(inTheWay).toContain(`Creating the folder ${join(folder, 'file', 'data')} failed`)
  expect(inTheWay).toMatch(/remedy: A file lies where a folder is needed.*LOCAL_DIR=/)
  const tooLong = described(() => makeFolder(join(folder, 'x'.repeat(300))))
  expect(tooLong).toMatch(/remedy: The path is too long.*LOCAL_DIR=/)
  expect(described(() => makeFolder(join(folder, 'new', 'data')))).toBe('')
})

it('makes git ignore a system’s folder, and keeps a .gitignore that exists', () => {
  const data = join(folder, 'new', 'data')
  makeSystemFolder(data)
  expect(readFileSync(join(data, '.gitignore'), 'utf8')).toBe('*\n')
  writeFileSync(join(data, '.gitignore'), 'own\n')
  makeSystemFolder(data)
  expect(readFileSync(join(data, '.gitignore'), 'utf8')).toBe('own\n')
})

it('describes another operating system error with a remedy and without a stack trace', () => {
  writeFileSync(join(folder, 'file'), '')
  const text = described(() => mkdirSync(join(folder, 'file', 'logs')))
  expect(text).toContain('remedy: A file lies where a folder is needed')
  expect(text).not.toContain(' at ')
})

it('describes a programming error with its stack trace', () => {
  expect(describeFailure(new Error('a bug'))).toMatch(/a bug\n\s+at /)
})

it('ignores what an earlier run wrote into a log', () => {
  const log = join(folder, 'x.log')
  writeFileSync(log, 'Address already in use\nready\n')
  expect(tailOf(log, 15, 'Address already in use\n'.length)).toBe('ready')
  expect(tailOf(log, 1)).toBe('ready')
  // The log was rotated.
  expect(tailOf(log, 15, 1_000)).toContain('Address already in use')
})
