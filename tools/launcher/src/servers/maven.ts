import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import { step } from '../progress.ts'
import { installJava } from '../remedies.mjs'
import { runTask } from './run-task.ts'
import type { ServerContext } from './server.ts'

/** Artifacts from a Maven repository. */
export interface Artifact {
  /** e.g. `org.apache.kafka:kafka_2.13:4.1.0` */
  coordinates: string[]
  /** Without dependencies; unpacked instead of copied. */
  unpacked?: boolean
}

/** Kafka 4 needs this version. */
const javaMajorMin = 17

/** Without a UTF-8 locale, Java can't open a file whose path is not ASCII. */
export const javaEnvironment = { LC_ALL: 'C.UTF-8' }

/** `java` of JAVA_HOME, else of PATH. */
export function javaCommand(env: Record<string, string>): string {
  const home = env.JAVA_HOME
  return home !== undefined && existsSync(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : 'java'
}

/** @throws StartFailure with the command that installs it, when there is no Java 17 or newer */
export async function requireJava(context: ServerContext): Promise<void> {
  const failure = (reason: string) => new StartFailure('Looking for Java', reason, installJava)
  const text = await runTask(context, {
    name: 'java-version',
    command: javaCommand(context.env),
    args: ['-version'],
    step: 'Looking for Java',
    remedy: installJava,
  }).catch(error => {
    throw error instanceof StartFailure ? failure(`Java ${javaMajorMin} or newer is needed (${error.message})`) : error
  })
  const major = Number(/version "(?:1\.)?(\d+)/.exec(text)?.[1] ?? 0)
  if (major < javaMajorMin) throw failure(`Java ${javaMajorMin} or newer is needed, this is:\n${text.trim()}`)
}

/**
 * Downloads artifacts with Maven into a folder of the cache, once.
 *
 * @param name the folder's name, which contains the version
 * @returns the folder
 * @throws StartFailure when Maven is missing or the download fails
 */
export async function fetchArtifacts(context: ServerContext, name: string, artifact: Artifact): Promise<string> {
  const folder = join(context.cacheDir, name)
  if (existsSync(folder)) return folder
  return step(context.log, `Downloading ${name} with Maven (once)`, async () => {
    makeFolder(context.cacheDir)
    // Renamed when it is complete, so that an interrupted download is never used.
    const draft = mkdtempSync(join(context.cacheDir, `${name}.`))
    try {
      writeFileSync(join(draft, 'pom.xml'), pomFor(artifact))
      await runTask(context, {
        name: `maven-${name}`,
        command: 'mvn',
        args: [
          '-B',
          '-q',
          '-f',
          'pom.xml',
          `dependency:${artifact.unpacked ? 'unpack' : 'copy'}-dependencies`,
          '-DincludeScope=runtime',
          `-DexcludeTransitive=${artifact.unpacked ?? false}`,
          '-DoutputDirectory=.',
        ],
        step: `Downloading ${name} with Maven`,
        cwd: draft,
        env: javaEnvironment,
        isDownload: true,
        remedy: `Maven is needed once, with access to a repository: ${installJava}`,
      })
      renameInto(draft, folder)
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
    return folder
  })
}

function renameInto(draft: string, folder: string): void {
  try {
    renameSync(draft, folder)
  } catch (error) {
    // Another stack of this repository has completed the same download.
    if (!existsSync(folder)) throw error
  }
}

function pomFor(artifact: Artifact): string {
  const dependencies = artifact.coordinates.map(one => {
    const [groupId, artifactId, version] = one.split(':')
    return `    <dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>servers</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`
}
