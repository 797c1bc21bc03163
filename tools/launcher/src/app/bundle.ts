import { ensureBundles } from '@alipay-checkout/bundles'
import { StartFailure } from '../failure.ts'
import { repositoryRoot } from '../paths.ts'
import { type Log, step } from '../progress.ts'
import { remedyFor } from '../remedies.mjs'

const title = 'Bundling the programs'

/**
 * Bundles the programs of this repository, unless that has been done with the sources as they are now.
 *
 * @throws StartFailure naming the file and line that can't be bundled
 */
export async function bundle(log: Log): Promise<void> {
  await ensureBundles(repositoryRoot, work => step(log, title, work)).catch(error => {
    const reason = (error as Error).message
    throw new StartFailure(title, reason, remedyFor(reason, 'Correct the file that is named, and start again'))
  })
}
