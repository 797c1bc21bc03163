import type { TestProject } from 'vitest/node'
import { findHelm } from './helm.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of Helm, or '' where there is none. */
    helm: string
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const helm = await findHelm()
  if (helm === undefined) {
    console.error(
      '\n⚠ SKIPPED, because Helm 4 is not installed: lint and refusals of the chart. npm run chart builds it.\n',
    )
  }
  project.provide('helm', helm ?? '')
}
