import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedFiles } from './generated-files.ts'
import { repositoryRoot } from './repository.ts'

describe('generated documents', () => {
  it.each(Object.entries(generatedFiles))(
    '%s matches the schemas',
    async (path, generate) => {
      const current = readFileSync(join(repositoryRoot, path), 'utf8')
      expect(current, `${path} is outdated: run npm run docs`).toBe(await generate())
    },
    // One is made of the gateway's whole API.
    120_000,
  )
})
