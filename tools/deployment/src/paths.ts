import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder, absolute. */
export const repositoryRoot: string = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

export const chartFolder: string = join(repositoryRoot, 'infra', 'helm', 'alipay-checkout')
