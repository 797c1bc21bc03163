import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hashOfFiles } from './hash-of-files.ts'
import { bundledPrograms, bundleOf, stampFile } from './programs.ts'

/** What bundles are made of: sources, what chooses among them, and the packages as they are installed. */
const inputs = [
  'apps/console/package.json',
  'apps/console/site.ts',
  'apps/storefront/package.json',
  'apps/storefront/src',
  'packages',
  'services',
  'tools/alipay-simulator',
  'tools/bundles/src',
  'tsconfig.json',
  'node_modules/.pnpm/lock.yaml',
]

/**
 * Bundles the programs, unless that has been done with the sources as they are now.
 *
 * @param root the checkout
 * @param report wraps the work, to show its progress
 * @throws Error naming the file and line that can't be bundled
 */
export async function ensureBundles(
  root: string,
  report: (work: () => Promise<void>) => Promise<void> = work => work(),
): Promise<void> {
  const stamp = join(root, stampFile)
  const current = hashOfFiles(root, inputs)
  const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === current
  if (isCurrent && bundledPrograms.every(program => existsSync(join(root, bundleOf(program))))) return
  await report(async () => {
    const { bundlePrograms } = await import('./bundle.ts')
    await bundlePrograms(root)
  })
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, current)
}
