// npm run docs: writes the documents that are generated from schemas.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles } from './generated-files.ts'
import { repositoryRoot } from './repository.ts'

for (const [path, generate] of Object.entries(generatedFiles)) {
  writeFileSync(join(repositoryRoot, path), generate())
  console.log(path)
}
