import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { bundledPrograms, bundleOf } from '@alipay-checkout/bundles'
import { afterAll, afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { chartFolder, repositoryRoot } from './paths.ts'

const run = promisify(execFile)
const docker = (file: string) => join(repositoryRoot, 'infra', 'docker', file)
const read = (file: string) => readFileSync(file, 'utf8')

describe('the image', () => {
  const dockerfile = read(docker('Dockerfile'))

  it('runs as a user that Kubernetes knows not to be root', () => {
    expect(dockerfile.match(/^USER .*/gm)).toEqual(['USER 1000:1000'])
  })

  it('builds for every platform', () => {
    expect(dockerfile.replaceAll(/^#.*/gm, '')).not.toMatch(/amd64|arm64|x86_64|aarch64|linux-x64/)
  })

  it('has the packages of every program that the chart and the operator commands run', () => {
    const chart = ['_names.tpl', 'hooks.yaml', 'audit.yaml', 'recover.yaml'].map(file =>
      read(join(chartFolder, 'templates', file)),
    )
    const texts = [...chart, read(docker('operate.sh'))].join('\n')
    const programs = [
      ...texts.matchAll(/\b((?:services|packages|tools)\/[a-z-]+)(\/src\/[\w/-]+\.ts|\/bundle\/\w+\.js)/g),
    ]
    expect(programs.length).toBeGreaterThan(11)
    const bundles = new Set(bundledPrograms.map(bundleOf))
    for (const [, folder, file] of programs) {
      const isThere = bundles.has(`${folder}${file}`) || existsSync(join(repositoryRoot, `${folder}${file}`))
      expect(isThere, `${folder}${file}`).toBe(true)
      // Its packages are installed with those of a service that needs it, or by its own name.
      if (folder!.startsWith('tools/')) {
        expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/`)
        expect(read(docker('Dockerfile.dockerignore'))).toContain(`!${folder}\n`)
      }
    }
  })
})

describe('the build of the image', () => {
  // The lines of the step that starts every program, as the shell of the build gets them.
  const [step] = /(?<=^RUN )set -eu;[\s\S]*?[^\\]$/m.exec(read(docker('Dockerfile'))) ?? []
  const asks = `echo "x can't start: REDIS_URL is not set"; exit 1`

  /** Runs the step with programs that do this in the place of services and of commands. */
  async function build({ service = asks, command = 'exit 0' }): Promise<unknown> {
    const folder = mkdtempSync(join(tmpdir(), 'build-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'run-node'), `#!/bin/sh\n${service}\n`, { mode: 0o755 })
    writeFileSync(join(folder, 'operate'), `#!/bin/sh\n${command}\n`, { mode: 0o755 })
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}` }
    return run('sh', ['-c', (step ?? 'exit 9').replaceAll('\\\n', '\n')], { env })
  }

  it('passes where every service asks for its settings, and every command prints its usage', async () => {
    await build({})
  })

  it.each([
    ['a package of a service is missing', { service: 'echo ERR_MODULE_NOT_FOUND >&2; exit 1' }],
    ['a service can not be read', { service: 'echo "EACCES: permission denied" >&2; exit 1' }],
    ['a service starts without settings', { service: 'exit 0' }],
    ['a package of a command is missing', { command: '[ "$1" != recover ]' }],
  ])('fails where %s', async (_what, programs) => {
    await expect(build(programs)).rejects.toMatchObject({ code: 1 })
  })
})

describe('operate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operate-'))
  // Stands where the image has its own, which would start Node.
  writeFileSync(join(folder, 'run-node'), '#!/bin/sh\necho "$@"\nenv\n', { mode: 0o755 })
  afterAll(() => rmSync(folder, { recursive: true }))

  const operate = (args: string[], env: Record<string, string> = {}) =>
    run('sh', [docker('operate.sh'), ...args], { env: { PATH: `${folder}${delimiter}${process.env.PATH}`, ...env } })

  it.each(['audit', 'cases', 'dlq', 'privacy', 'reconcile', 'recover', 'refund'])(
    'runs the program of npm run %s',
    async command => {
      const launcher = read(join(repositoryRoot, 'tools', 'launcher', 'src', 'cli.ts'))
      const program = new RegExp(`^ {2}${command}: runTool\\('([^']+)'\\)`, 'm').exec(launcher)?.[1]
      const { stdout } = await operate([command, '--json', 'two words'])
      expect(stdout.split('\n')[0]).toBe(`/app/${program} --json two words`)
    },
  )

  it('calls the service of its own container', async () => {
    expect((await operate(['cases', 'list'], { PORT: '7012' })).stdout).toContain(
      'PAYMENT_SERVICE_URL=http://127.0.0.1:7012\n',
    )
    const gateway = { GATEWAY_PORT: '8080', PUBLIC_URL: 'https://shop.example.com' }
    expect((await operate(['refund', 'ord_1'], gateway)).stdout).toContain('PUBLIC_URL=http://127.0.0.1:8080\n')
  })

  it('calls what is named from another container', async () => {
    const elsewhere = { PAYMENT_SERVICE_URL: 'http://payments:7002', PUBLIC_URL: 'https://shop.example.com' }
    expect((await operate(['reconcile'], elsewhere)).stdout).toContain('PAYMENT_SERVICE_URL=http://payments:7002\n')
    expect((await operate(['privacy'], elsewhere)).stdout).toContain('PUBLIC_URL=https://shop.example.com\n')
  })

  it.each([[[]], [['nothing']]])('names the commands when it gets %j', async args => {
    await expect(operate(args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('cases|dlq') })
  })
})

describe('is-ready', () => {
  const server = createServer(({ url }, response) => {
    response.statusCode = url === '/readyz' ? 200 : 503
    response.end()
  })
  afterEach(() => new Promise(resolve => server.close(resolve)))

  it('tells a service that answers 200 from others', async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const port = String((server.address() as AddressInfo).port)
    await run('bash', [docker('is-ready.sh'), port])
    await expect(run('bash', [docker('is-ready.sh'), port, '/healthz'])).rejects.toMatchObject({ code: 1 })
  })

  it.skipIf(process.platform !== 'linux')('takes a program that is no service for ready', async () => {
    await run('bash', [docker('is-ready.sh')])
  })
})
