// node tools/bundles/src/cli.ts FOLDER: writes the bundles of all programs below the folder. For the image.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundlePrograms } from './bundle.ts'

const [folder, ...others] = process.argv.slice(2)
if (folder === undefined || others.length > 0) {
  console.error('usage: node tools/bundles/src/cli.ts FOLDER')
  process.exit(2)
}
await bundlePrograms(fileURLToPath(new URL('../../..', import.meta.url)), resolve(folder))
