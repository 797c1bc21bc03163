import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { chartArguments, renderedFolder } from './rendering.ts'

export interface EnvEntry {
  name: string
  value?: string
  valueFrom?: { secretKeyRef: { name: string; key: string } }
}

export interface PodSpec {
  automountServiceAccountToken: boolean
  enableServiceLinks: boolean
  serviceAccountName?: string
  restartPolicy?: string
  terminationGracePeriodSeconds?: number
  securityContext: Record<string, unknown>
  containers: {
    name: string
    image: string
    args: string[]
    env: EnvEntry[]
    ports?: { name: string; containerPort: number }[]
    resources: object
    securityContext: object
    volumeMounts: { name: string; mountPath: string }[]
    [probe: string]: unknown
  }[]
  volumes: {
    name: string
    projected?: { sources: Record<string, { name: string; items: { key: string; path: string }[] }>[] }
  }[]
}

/** A Kubernetes object, as far as the tests look into it. */
export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> }
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a form of its own, which the validation checks
  spec: any
}

/** What the chart makes of a value set, as `npm run chart` has stored it. */
export function rendered(set: string): KubernetesObject[] {
  const lines = readFileSync(join(renderedFolder, `${set}.jsonl`), 'utf8')
    .trim()
    .split('\n')
  return lines.map(line => JSON.parse(line) as KubernetesObject)
}

/** What `helm lint --strict` says about the chart with a value set. */
export function lint(set: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(inject('helm'), ['lint', '--strict', ...chartArguments(set)], {
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

/** The message with which Helm refuses values. Throws Error where it accepts them. */
export function refusalOf(set: string, ...args: string[]): string {
  const command = ['template', 'shop', ...chartArguments(set), ...args]
  const { status, stderr } = spawnSync(inject('helm'), command, { encoding: 'utf8' })
  if (status === 0) throw new Error(`helm accepts ${args.join(' ')}`)
  return stderr
}

/** Every pod that an object makes; none for other kinds. */
export function podOf({ kind, spec }: KubernetesObject): PodSpec | undefined {
  if (kind === 'Deployment' || kind === 'Job') return spec.template.spec
  return kind === 'CronJob' ? spec.jobTemplate.spec.template.spec : undefined
}

/** The environment of a pod's container, with a fitting text for each secret. */
export function environmentOf(pod: PodSpec): Record<string, string> {
  return Object.fromEntries(
    pod.containers[0]!.env.map(({ name, value, valueFrom }) => {
      if (valueFrom === undefined) return [name, value ?? '']
      if (name.endsWith('_DATABASE_URL')) return [name, 'postgres://role:password@db:5432/name']
      return [name, name === 'REDIS_URL' ? 'rediss://:password@redis:6379' : `${name}-6f1d2c9a8b7e4f30`]
    }),
  )
}
