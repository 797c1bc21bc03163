import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const SDK = { group: 'com.alipay.sdk', name: 'alipay-sdk-java', version: '4.40.82.ALL' }
const CACHE = join(import.meta.dirname, '../../../.local/java')
const FOLDER = join(CACHE, `${SDK.name}-${SDK.version}`)
/** Twenty seconds are usual. */
export const JAVA_DOWNLOAD_TIMEOUT_MS = 90_000
const run = promisify(execFile)

/** Alipay's Java SDK as the merchant: does the actions in turn. A failed one rejects with the SDK's message. */
export interface JavaMerchant {
  do(action: string, step?: object): Promise<unknown>
  close(): Promise<void>
}

/**
 * Alipay's Java SDK, downloaded once by Maven (36 MB) and cached. Returns why it is not available, or undefined when it
 * is.
 */
export async function javaMissing(): Promise<string | undefined> {
  // Runs a source file, which needs the compiler too.
  if (!(await run('javac', ['-version']).catch(() => undefined))) return 'no JDK is installed'
  if (existsSync(FOLDER)) return undefined
  await mkdir(CACHE, { recursive: true })
  const aside = await mkdtemp(join(CACHE, 'new-'))
  try {
    const { group, name, version } = SDK
    const dependency = `<groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>`
    const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
      <groupId>comparison</groupId><artifactId>comparison</artifactId><version>1</version>
      <dependencies><dependency>${dependency}</dependency></dependencies></project>`
    await writeFile(join(aside, 'pom.xml'), pom)
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${join(aside, 'lib')}`]
    await run('mvn', ['--quiet', '--batch-mode', ...copy], { cwd: aside, timeout: JAVA_DOWNLOAD_TIMEOUT_MS })
    // Renamed when it is complete. Another run may have been faster; its copy is the same.
    await rename(join(aside, 'lib'), FOLDER).catch(() => undefined)
    return existsSync(FOLDER) ? undefined : `${FOLDER} could not be created`
  } catch (error) {
    const { code, stdout = '', message } = error as { code?: unknown; stdout?: string; message: string }
    if (code === 'ENOENT') return 'Maven is not installed'
    return `Maven cannot download ${SDK.name}: ${stdout.trim().split('\n')[0] || message}`
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

/** Starts the SDK in a process that does one action after another, because its start takes most of the time. */
export function startJavaMerchant(settings: object): JavaMerchant {
  const source = join(import.meta.dirname, 'IndependentSigning.java')
  // The quickest start: no second compilation of a program that runs for a second.
  const flags = ['-XX:TieredStopAtLevel=1', '-Xshare:auto', '-cp', join(FOLDER, '*')]
  const child = spawn('java', [...flags, source], { stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', text => (errors += text))
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const send = (line: object) => child.stdin.write(`${JSON.stringify(line)}\n`)
  send(settings)
  return {
    async do(action, step = {}) {
      send({ action, ...step })
      const { value, done } = await lines.next()
      if (done) throw new Error(`the Java program ended: ${errors}`)
      const answer = JSON.parse(value)
      if ('error' in answer) throw new Error(answer.error)
      return answer.result
    },
    async close() {
      child.stdin.end()
      await ended
    },
  }
}
