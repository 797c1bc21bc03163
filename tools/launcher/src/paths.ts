import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** The default folder for data, logs and generated secrets. Ignored by git. */
export const localDir = join(repositoryRoot, '.local')

/** Downloaded programs, shared by all stacks of this repository. A reset keeps them. */
export const cacheDir = join(localDir, 'cache')
