import { execFile, spawn } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openKafka, readDeadLetters } from '@alipay-checkout/messaging'
import {
  createTestDatabase,
  ensureTopics,
  inheritedEnvironment,
  type TestDatabase,
  testStack,
  uniqueName,
  waitUntil,
} from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { newOrderId, refundFailed, removeGroups, sendRecords, silent } from './test-events.ts'

const run = promisify(execFile)
const packageFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
const samplesFolder = fileURLToPath(new URL('../../contracts/samples', import.meta.url))
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

/** Packs a copy of the package into a folder: packing changes the manifest for a moment, which other processes read. */
async function pack(destination: string): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'consumer-packed-'))
  try {
    const workspace = join(packageFolder, '../..')
    const copied = join(copy, 'packages', 'consumer')
    const isOwn = (path: string) => !['node_modules', 'dist'].includes(basename(path))
    cpSync(packageFolder, copied, { recursive: true, filter: isOwn })
    symlinkSync(join(packageFolder, 'node_modules'), join(copied, 'node_modules'))
    copyFileSync(join(workspace, 'LICENSE'), join(copy, 'LICENSE'))
    await run('npm', ['pack', '--pack-destination', destination], { cwd: copied })
    const manifest = (of: string) => readFileSync(join(of, 'package.json'), 'utf8')
    expect(manifest(copied)).toBe(manifest(packageFolder))
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** A folder that shares nothing with this workspace, with the packed package installed. */
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'consumer-outside-'))
  await pack(folder)
  const [tarball = ''] = readdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }')
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)], { cwd: folder })
  copyFileSync(join(packageFolder, 'src', 'test-packed-program.ts'), join(folder, 'program.ts'))
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Compiles files of the folder with every check on. Resolves to what the compiler prints; empty where all is right. */
async function compile(...files: string[]): Promise<string> {
  const compilerOptions = { module: 'nodenext', target: 'es2024', types: ['node'], strict: true, noEmit: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  return run(process.execPath, [tsc, '-p', folder]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
}

interface Program {
  output(): string
  exited: Promise<number | NodeJS.Signals | null>
  kill(signal: NodeJS.Signals): void
}

/** Runs the program in the folder as its users would: plain Node, and nothing of this workspace. */
function startProgram(args: string[]): Program {
  const child = spawn(process.execPath, ['program.ts', ...args], { cwd: folder, env: inheritedEnvironment() })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
  const exited = new Promise<number | NodeJS.Signals | null>(resolve =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { output: () => output, exited, kill: signal => void child.kill(signal) }
}

const whenPrinted = (program: Program, text: string) =>
  waitUntil(() => program.output().includes(text), { what: `the program prints ${text}`, timeoutMs: 30_000 })

/** A database of the program; `read` returns what it has stored about orders: other tests publish to the topic too. */
async function openNotices(orderIds: string[]): Promise<{ database: TestDatabase; read(): Promise<string[]> }> {
  const database = await createTestDatabase('outside')
  const client = postgres(database.url, { max: 1 })
  await client`create table notices (order_id text, why text)`
  onTestFinished(async () => {
    await client.end()
    await database.drop()
  })
  const read = async () => {
    const rows = await client<{ notice: string }[]>`select order_id || ' ' || why as notice from notices
      where order_id = any(${orderIds}) order by 1`
    return rows.map(({ notice }) => notice)
  }
  return { database, read }
}

it('is typed outside the workspace: each event has the data of its stored samples, and the example compiles', async () => {
  const samples = readdirSync(samplesFolder).map(file => {
    const { type, data } = JSON.parse(readFileSync(join(samplesFolder, file), 'utf8')) as { type: string; data: object }
    return `  { type: ${JSON.stringify(type)}, data: ${JSON.stringify(data)} },\n`
  })
  const source = `import type { EventData, EventName } from '@alipay-checkout/consumer'
type Sample = { [Name in EventName]: { type: Name; data: EventData[Name] } }[EventName]
export const samples: Sample[] = [
${samples.join('')}]
`
  writeFileSync(join(folder, 'samples.ts'), source)
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(packageFolder, 'README.md'), 'utf8')) ?? []
  writeFileSync(join(folder, 'example.ts'), example)
  expect(await compile('program.ts', 'samples.ts', 'example.ts')).toBe('')
})

it('refuses a field that an event does not have, and an unknown event', async () => {
  const on = (handler: string) => `import type { Handlers } from '@alipay-checkout/consumer'
export const on: Handlers = { ${handler} }
`
  writeFileSync(join(folder, 'field.ts'), on('OrderPaid: async ({ data }) => void data.totalYuan'))
  writeFileSync(join(folder, 'event.ts'), on('OrderVanished: async () => {}'))
  const printed = await compile('field.ts', 'event.ts')
  expect(printed).toMatch(/field\.ts.*'totalYuan' does not exist/)
  expect(printed).toMatch(/event\.ts.*'OrderVanished' does not exist/)
})

it('loses and doubles nothing although it is killed within a transaction, and dead-letters what fails', async () => {
  const orderIds = Array.from({ length: 20 }, newOrderId)
  const early = orderIds.slice(0, 10)
  const late = orderIds.slice(10)
  const stayAt = late.at(-1) ?? ''
  const poison = newOrderId()
  const [{ kafkaBrokers: brokers }, { database, read }] = await Promise.all([
    testStack(),
    openNotices([...orderIds, poison]),
    ensureTopics(),
  ])
  const group = uniqueName('outside')
  onTestFinished(() => removeGroups(brokers, [group]))
  const first = early.map(id => refundFailed(id, 'first'))
  const second = late.map(id => refundFailed(id, 'first'))

  const killed = startProgram([brokers, database.url, group, stayAt])
  await whenPrinted(killed, 'started')
  await sendRecords(brokers, first)
  await waitUntil(async () => (await read()).length === early.length, {
    what: 'the first events are handled',
    // A new group reads all events of other tests first.
    timeoutMs: 60_000,
  })
  await sendRecords(brokers, second)
  await whenPrinted(killed, 'inside')
  killed.kill('SIGKILL')
  expect(await killed.exited).toBe('SIGKILL')
  expect(await read()).not.toContain(`${stayAt} first`)

  const program = startProgram([brokers, database.url, group])
  // Every event again, then one more of each order, which comes after the repeat.
  await sendRecords(brokers, [...first, ...second, refundFailed(poison, 'poison')])
  await sendRecords(
    brokers,
    orderIds.map(id => refundFailed(id, 'last')),
  )
  const lasts = async () => (await read()).filter(notice => notice.endsWith(' last')).length
  await waitUntil(async () => (await lasts()) === orderIds.length, { what: 'all are handled', timeoutMs: 60_000 })
  expect(await read()).toEqual(orderIds.flatMap(id => [`${id} first`, `${id} last`]).sort())

  const letter = await waitUntil(
    async () => {
      const letters = await readDeadLetters(openKafka({ brokers, clientId: 'test', logger: silent }), [group])
      return letters.find(({ message }) => message.key?.toString() === poison)
    },
    { what: 'the poison event is dead-lettered' },
  )
  expect(letter.reason).toBe('RefundFailed: nobody can be told')
  program.kill('SIGTERM')
  expect(await program.exited).toBe(0)
})
