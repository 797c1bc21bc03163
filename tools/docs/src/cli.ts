// npm run docs: writes the documents that are generated from schemas.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generatedFiles } from './generated-files.ts'
import { releaseEvents } from './release-events.ts'
import { repositoryRoot } from './repository.ts'

const usage = `Writes the documents that are generated from schemas.

  npm run docs
  npm run docs -- --release    also stores the schemas of all events as released`

try {
  const { values } = parseArgs({ options: { release: { type: 'boolean', default: false } } })
  for (const [path, generate] of Object.entries(generatedFiles)) {
    writeFileSync(join(repositoryRoot, path), await generate())
    console.log(path)
  }
  if (values.release) console.log(releaseEvents())
} catch (error) {
  const wrongUsage = String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
  console.error(wrongUsage ? `${(error as Error).message}\n\n${usage}` : (error as Error).message)
  process.exitCode = wrongUsage ? 2 : 1
}
