import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

/** A plugin of Vite that writes `.br` and `.gz` beside each script, style and picture, so that the gateway compresses nothing. */
export function compressFiles(): Plugin {
  return {
    name: 'compress-files',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const files = await readdir(dir, { recursive: true })
      await Promise.all(files.filter(file => /\.(js|css|svg)$/.test(file)).map(file => compress(join(dir, file))))
    },
  }
}

/** The next two levels take several times as long for a hundredth of the size. */
const brotli = { [constants.BROTLI_PARAM_QUALITY]: 9 }

async function compress(file: string) {
  const content = await readFile(file)
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params: brotli }))
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
}
