import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hashOfFiles } from './hash-of-files.ts'
import { bundledPrograms, bundleOf } from './programs.ts'

/** What bundles are made of: sources, and the versions of all packages. */
const inputs = [
  'apps/storefront/src',
  'apps/console/site.ts',
  'packages',
  'services',
  'tools/alipay-simulator',
  'tools/bundles/src',
  'pnpm-lock.yaml',
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
  const stamp = join(root, 'tools', 'bundles', 'bundle', 'built-from')
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
