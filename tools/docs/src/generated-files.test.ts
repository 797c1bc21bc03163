import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedFiles } from './generated-files.ts'
import { repositoryRoot } from './repository.ts'

describe('generated documents', () => {
  // One is made of the gateway's whole description, which takes a busy machine a while.
  it.each(Object.entries(generatedFiles))('%s matches the schemas', { timeout: 120_000 }, async (path, generate) => {
    expect(readFileSync(join(repositoryRoot, path), 'utf8'), `${path} is outdated: run npm run docs`).toBe(
      await generate(),
    )
  }, 60_000)
})
