// Installs Node 24, pnpm and the packages on a machine that has Node 18 or newer, then starts the launcher.
// Plain JavaScript without dependencies, because nothing is installed when it runs.
// usage: node infra/bootstrap.mjs <command> [arguments]
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { remedyFor } from '../tools/launcher/src/remedies.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodeMajor = 24
const toolchain = join(root, '.toolchain')
const lockFile = join(root, '.local', 'install.lock')
const stampFile = join(root, 'node_modules', '.installed')
const stillRunningEveryMs = 5000
/** How long to wait for another install in this folder. */
const lockTimeoutMs = 10 * 60_000

let running
let stopping = false

class Failure extends Error {
  constructor(step, reason, remedy) {
    super(reason)
    this.step = step
    this.remedy = remedy
  }
}

// Progress goes to stderr: stdout belongs to the command, which may print JSON for a machine.
const say = line => process.stderr.write(`${line}\n`)
const elapsed = since => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** Runs a command, reports progress every 5 s, and fails with the last lines of its output. */
function runStep(title, command, args, options, remedy) {
  const since = Date.now()
  say(`… ${title}`)
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env }
    // `npm run --silent` sets this for every npm below, which would then print no reason for a failure.
    delete env.npm_config_loglevel
    const child = spawn(command, args, { cwd: options.cwd ?? root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    running = child
    let output = ''
    const keep = chunk => {
      output = (output + chunk).slice(-4000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setInterval(() => say(`… ${title} (${elapsed(since)})`), stillRunningEveryMs)
    const fail = reason => reject(new Failure(title, reason, remedyFor(reason, remedy, { isDownload: true })))
    child.once('error', error => {
      clearInterval(timer)
      fail(`${command}: ${error.message}`)
    })
    child.once('close', code => {
      clearInterval(timer)
      running = undefined
      if (code !== 0) return fail(output.trim().split('\n').slice(-15).join('\n') || `exit code ${code}`)
      say(`✔ ${title} (${elapsed(since)})`)
      resolve(undefined)
    })
  })
}

/** The npm package with the Node binary for this platform. */
function nodePackage() {
  // The package for Apple silicon has another prefix.
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  return `${prefix}-${process.platform}-${process.arch}`
}

function majorOf(program) {
  const answer = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return answer.status === 0 ? Number(/^v(\d+)/.exec(answer.stdout)?.[1] ?? 0) : 0
}

/** Returns a folder for PATH that holds a Node which is new enough. Installs one into `.toolchain/` if necessary. */
async function findOrInstallNode() {
  if (Number(process.versions.node.split('.')[0]) >= nodeMajor) return dirname(process.execPath)
  const bin = join(toolchain, 'node_modules', '.bin')
  if (existsSync(join(bin, 'node')) && majorOf(join(bin, 'node')) >= nodeMajor) return bin
  await locked(async () => {
    mkdirSync(toolchain, { recursive: true })
    if (!existsSync(join(toolchain, 'package.json'))) {
      writeFileSync(join(toolchain, 'package.json'), '{ "private": true }\n')
    }
    const remedy = `Check that npm reaches its registry, or install Node ${nodeMajor} yourself and start again`
    // The package `node` downloads the binary in an install script, which npm may be configured to skip.
    // The platform's own package contains the binary.
    const what = `${nodePackage()}@${nodeMajor}`
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', what]
    await runStep(`Installing Node ${nodeMajor} into .toolchain/`, 'npm', args, { cwd: toolchain }, remedy)
    const program = join(toolchain, 'node_modules', nodePackage(), 'bin', 'node')
    if (majorOf(program) < nodeMajor) {
      throw new Failure(`Installing Node ${nodeMajor}`, `${program} does not run on this machine`, remedy)
    }
    mkdirSync(bin, { recursive: true })
    rmSync(join(bin, 'node'), { force: true })
    symlinkSync(program, join(bin, 'node'))
  })
  return bin
}

/** A hash over every package.json, the lockfile and the settings: if it changes, the packages are installed again. */
function installStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc']
  for (const group of ['apps', 'services', 'packages', 'tools', 'examples']) {
    for (const name of readdirSync(join(root, group)).sort()) files.push(join(group, name, 'package.json'))
  }
  for (const file of files) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function isInstalled(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
}

async function installPackages(env) {
  const stamp = installStamp()
  if (isInstalled(stamp)) return
  await locked(async () => {
    if (isInstalled(stamp)) return
    const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
    // CI=true: pnpm asks no questions.
    const options = { env: { ...env, CI: 'true' } }
    const remedy = `Check that npm reaches its registry. If pnpm-lock.yaml is said to be outdated: npx -y ${pnpm} install`
    await runStep('Installing packages', 'npx', ['-y', pnpm, 'install', '--frozen-lockfile'], options, remedy)
    writeFileSync(stampFile, stamp)
  })
}

/** Runs one install at a time in this folder. A lock whose process has ended is removed. */
async function locked(work) {
  mkdirSync(dirname(lockFile), { recursive: true })
  const since = Date.now()
  let reported = false
  while (!tryLock()) {
    if (!reported) say('… another install is running in this folder, waiting for it')
    reported = true
    if (Date.now() - since > lockTimeoutMs) {
      throw new Failure(
        'Waiting for another install',
        `${lockFile} is still held`,
        `Delete it if nothing runs: ${lockFile}`,
      )
    }
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  try {
    return await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

function tryLock() {
  const draft = `${lockFile}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  try {
    linkSync(draft, lockFile)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    removeStaleLock()
    return false
  } finally {
    unlinkSync(draft)
  }
}

function removeStaleLock() {
  try {
    const owner = Number(readFileSync(lockFile, 'utf8'))
    const age = Date.now() - statSync(lockFile).mtimeMs
    if (!isRunning(owner) || age > lockTimeoutMs) rmSync(lockFile, { force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    // A zombie has ended, although its process id is still in use.
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** This process's parent and grandparent: npm, and the shell that npm may have started in between. */
function ancestors() {
  const parent = process.ppid
  const answer = spawnSync('ps', ['-o', 'ppid=', '-p', String(parent)], { encoding: 'utf8' })
  const grandparent = Number(answer.status === 0 ? answer.stdout.trim() : 0)
  return grandparent > 1 ? [parent, grandparent] : [parent]
}

/** Calls `stop` when npm has gone: an npm that is killed does not stop the processes it started. */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return
  const watched = ancestors()
  const timer = setInterval(() => {
    if (process.ppid === watched[0] && watched.every(isRunning)) return
    clearInterval(timer)
    stop('SIGTERM')
  }, 500)
  timer.unref()
}

function handOver(env, args) {
  const cli = join(root, 'tools', 'launcher', 'src', 'cli.ts')
  // The IPC channel closes when this process ends, even by kill -9, and the launcher then stops everything.
  const child = spawn('node', [cli, ...args], { cwd: root, env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  running = child
  child.once('error', error => {
    say(`✖ Starting the launcher failed: ${error.message}`)
    process.exit(1)
  })
  child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
}

function onSignal(signal) {
  if (running === undefined) process.exit(signal === 'SIGINT' ? 130 : 143)
  stopping = true
  running.kill(signal)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => onSignal(signal))
stopWithNpm(onSignal)

try {
  if (Number(process.versions.node.split('.')[0]) < 18) {
    throw new Failure('Starting', `Node 18 or newer is needed, this is ${process.version}`, 'Install Node 18 or newer')
  }
  const nodeFolder = await findOrInstallNode()
  const path = [nodeFolder, join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter)
  // Node caches compiled code there, which makes later starts faster.
  const compileCache = process.env.NODE_COMPILE_CACHE ?? join(root, '.local', 'cache', 'compiled')
  const env = { ...process.env, PATH: path, NODE_COMPILE_CACHE: compileCache }
  await installPackages(env)
  handOver(env, process.argv.slice(2))
} catch (error) {
  if (stopping) process.exit(130)
  // For an operating system error, such as a file that can't be written, a remedy is printed instead of a stack trace.
  const remedy = error.remedy ?? ('syscall' in error ? remedyFor(error.message, undefined) : undefined)
  say(
    remedy === undefined
      ? String(error.stack)
      : `✖ ${error.step ?? 'Preparing this folder'} failed\n  why:    ${error.message}\n  remedy: ${remedy}`,
  )
  process.exit(1)
}
