import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure.ts'
import { makeFolder } from '../folder.ts'
import { step } from '../progress.ts'
import { installJava } from '../remedies.mjs'
import { runTask } from './run-task.ts'
import type { ServerContext } from './server.ts'

/** A thing to fetch from Maven, with everything it needs at run time unless `alone`. */
export interface Artifact {
  /** e.g. `org.apache.kafka:kafka_2.13:4.1.0` */
  coordinates: string[]
  /** Without what it depends on. */
  alone?: boolean
}

/** Java's oldest version that Kafka 4 runs on. */
const javaMajorMin = 17

/** Without a UTF-8 locale, Java can't open a file whose path has other than English letters. */
export const javaEnvironment = { LC_ALL: 'C.UTF-8' }

/** The `java` to use: that of JAVA_HOME where it is set, else the one on PATH. */
export function javaCommand(env: Record<string, string>): string {
  const home = env.JAVA_HOME
  return home !== undefined && existsSync(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : 'java'
}

/** @throws StartFailure naming the command that installs it, when there is no Java 17 or newer */
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
 * Brings jars from Maven into a folder of the cache, once.
 *
 * @param name the folder's name; it holds the version, so a newer one is fetched anew
 * @returns the folder that holds the jars
 * @throws StartFailure when Maven is missing or the download fails
 */
export async function fetchJars(context: ServerContext, name: string, artifact: Artifact): Promise<string> {
  const folder = join(context.cacheDir, name)
  if (existsSync(folder)) return folder
  return step(context.log, `Downloading ${name} with Maven (once)`, async () => {
    makeFolder(context.cacheDir)
    // Filled aside and then renamed: a download that was cut off is never taken for a whole one.
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
          'dependency:copy-dependencies',
          '-DincludeScope=runtime',
          `-DexcludeTransitive=${artifact.alone ?? false}`,
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
    // Another stack of this checkout was faster: its jars are as good.
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
