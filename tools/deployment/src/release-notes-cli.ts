// release-notes-cli.ts TAG: prints the notes of a release, or says why it can't be published. The workflow runs it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartFolder, repositoryRoot } from './paths.ts'
import { releaseNotes } from './release-notes.ts'

try {
  const tag = process.argv[2] ?? ''
  const notes = releaseNotes(tag, {
    changelog: readFileSync(join(repositoryRoot, 'CHANGELOG.md'), 'utf8'),
    packageJson: readFileSync(join(repositoryRoot, 'package.json'), 'utf8'),
    chart: readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8'),
  })
  console.log(notes)
} catch (error) {
  console.error(`this can't be released: ${(error as Error).message}`)
  process.exitCode = 1
}
