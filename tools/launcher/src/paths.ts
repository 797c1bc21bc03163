import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** Where everything made at run time lives: data, logs, generated secrets. Ignored by git. */
export const localDir = join(repositoryRoot, '.local')

/** Downloaded server binaries: the same for every stack of this checkout, and kept by a reset. */
export const cacheDir = join(localDir, 'cache')
