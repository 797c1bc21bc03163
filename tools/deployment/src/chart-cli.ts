// npm run chart: renders the chart with each value set, for the tests, which need no Helm then.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildHelm, findHelm, version } from './helm.ts'
import { fingerprint, fingerprintFile, linesOf, renderedFolder, renderWith, valueSets } from './rendering.ts'

async function obtainHelm(): Promise<string> {
  const found = await findHelm()
  if (found !== undefined) return found
  console.error(`… building Helm ${version} with Go: once, some minutes`)
  return buildHelm()
}

try {
  const helm = await obtainHelm()
  mkdirSync(renderedFolder, { recursive: true })
  for (const set of valueSets) {
    const objects = renderWith(helm, set)
    writeFileSync(join(renderedFolder, `${set}.jsonl`), linesOf(objects))
    console.log(`${set}: ${objects.length} objects`)
  }
  writeFileSync(fingerprintFile, fingerprint())
} catch (error) {
  const { stderr, message } = error as { stderr?: string; message: string }
  console.error(stderr || message)
  process.exitCode = 1
}
