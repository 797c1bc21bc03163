import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundlePrograms } from './bundle.ts'
import { ensureBundles } from './ensure-bundles.ts'
import { bundledPrograms, bundleOf } from './programs.ts'

const run = promisify(execFile)
const program = 'services/order-service/src/main.ts'

let root = ''

/** A checkout with a program of one line for each that is bundled. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundles-'))
  write('package.json', '{"type":"module"}')
  write('tsconfig.json', '{}')
  write('node_modules/.pnpm/lock.yaml', '')
  write('apps/console/package.json', '{}')
  write('apps/storefront/package.json', '{}')
  write('apps/storefront/src/index.ts', '')
  write('apps/console/site.ts', '')
  write('packages/contracts/src/index.ts', '')
  write('tools/bundles/src/index.ts', '')
  for (const one of bundledPrograms) write(one, `console.log(${JSON.stringify(one)})`)
})

afterEach(() => rmSync(root, { recursive: true }))

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

async function outputOf(one: string): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, bundleOf(one))])
  return stdout.trimEnd()
}

describe('bundlePrograms', () => {
  it('writes a bundle of each program into its package', async () => {
    await bundlePrograms(root)
    expect(bundleOf(program)).toBe('services/order-service/bundle/main.js')
    for (const one of bundledPrograms) expect(await outputOf(one)).toBe(one)
  })

  it('writes ASCII only, which means the same', async () => {
    write(
      program,
      '// “comment”\n' +
        'const tag = (strings: TemplateStringsArray) => strings[0]\n' +
        "console.log('中', tag`’😀`, /^[–€]+$/.test('–€'), /^😀$/u.test('😀'), '\\u4e2d')",
    )
    await bundlePrograms(root)
    expect(readFileSync(join(root, bundleOf(program)), 'latin1')).toMatch(/^[\0-\x7f]*$/)
    expect(await outputOf(program)).toBe('中 ’😀 true true 中')
  })

  it('leaves the address of a source what it is', async () => {
    write('packages/contracts/text.txt', 'beside the source')
    write(
      'packages/contracts/src/text.ts',
      "import { readFileSync } from 'node:fs'\n" +
        "export const text = readFileSync(new URL('../text.txt', import.meta.url), 'utf8')",
    )
    write(program, "import { text } from '../../../packages/contracts/src/text.ts'\nconsole.log(text)")
    await bundlePrograms(root)
    expect(await outputOf(program)).toBe('beside the source')
  })

  it('keeps the names of classes, also of two with the same name', async () => {
    for (const file of ['one', 'other'])
      write(`packages/contracts/src/${file}.ts`, 'export class Gone extends Error {}')
    write(
      program,
      "import { Gone as One } from '../../../packages/contracts/src/one.ts'\n" +
        "import { Gone as Other } from '../../../packages/contracts/src/other.ts'\n" +
        'console.log(new One().constructor.name, new Other().constructor.name)',
    )
    await bundlePrograms(root)
    expect(await outputOf(program)).toBe('Gone Gone')
  })

  it('refuses what a bundle does not know, naming the file', async () => {
    write(program, 'console.log(import.meta.dirname)')
    await expect(bundlePrograms(root)).rejects.toThrow(
      /services\/order-service\/src\/main\.ts[\s\S]*import\.meta\.dirname is not known in a bundle/,
    )
  })
})

describe('ensureBundles', () => {
  const built = () => statSync(join(root, bundleOf(program))).ino

  it('bundles again when a source has changed or a bundle is missing, and otherwise not', async () => {
    await ensureBundles(root)
    const first = built()
    await ensureBundles(root)
    expect(built()).toBe(first)

    write('services/order-service/src/main.test.ts', 'a test changes no bundle')
    await ensureBundles(root)
    expect(built()).toBe(first)

    write(program, "console.log('changed')")
    await ensureBundles(root)
    expect(await outputOf(program)).toBe('changed')

    rmSync(join(root, bundleOf(program)))
    await ensureBundles(root)
    expect(await outputOf(program)).toBe('changed')

    const second = built()
    write('node_modules/.pnpm/lock.yaml', 'another version of a library is installed')
    await ensureBundles(root)
    expect(built()).not.toBe(second)
  })

  it('does not take bundles for current that were made of other sources meanwhile', async () => {
    await ensureBundles(root)
    write(program, "console.log('another revision')")
    await bundlePrograms(root)
    write(program, `console.log(${JSON.stringify(program)})`)
    await ensureBundles(root)
    expect(await outputOf(program)).toBe(program)
  })

  it('leaves no process behind', async () => {
    await ensureBundles(root)
    const { stdout } = await run('ps', ['--ppid', String(process.pid), '-o', 'args='])
    expect(stdout).not.toContain('esbuild')
  })

  it('keeps the bundles when a source is wrong, names the place, and tries again', async () => {
    await ensureBundles(root)
    write(program, 'console.log(')
    await expect(ensureBundles(root)).rejects.toThrow(/services\/order-service\/src\/main\.ts:1:12/)
    expect(await outputOf(program)).toBe(program)
    await expect(ensureBundles(root)).rejects.toThrow()
    write(program, "console.log('right')")
    await ensureBundles(root)
    expect(await outputOf(program)).toBe('right')
  })
})
